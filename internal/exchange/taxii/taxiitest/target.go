package taxiitest

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"entente/internal/exchange/taxii"
)

// Target is a server to be tested, with four accounts.
type Target struct {
	// URL is the server's address, without a path: the discovery resource lies at
	// /taxii2/ below it. Also are addresses of other processes that serve the same
	// store.
	URL  string
	Also []string
	// Client speaks with it; nil is a plain one.
	Client *http.Client
	// Both, Reader, Writer and Stranger are values of the header Authorization.
	// Stranger is known and may do nothing anywhere.
	Both, Reader, Writer, Stranger string
	// Creator and Creator2 are the identities for which Both and Writer write; empty
	// ones are made up.
	Creator, Creator2 string
	// Collection makes an empty collection which Both may read and write, Reader
	// only read and Writer only write. Objects marked TLP:CLEAR that one of them adds
	// go to all who read.
	Collection func(t *testing.T) Place
	// Small is the bound of a body that the server was started with, if it is small
	// enough to be tried; 0 passes those checks over.
	Small int64
}

// Place is a collection of a target.
type Place struct{ ID, Alias string }

// NewMemoryTarget serves a [Memory] by [taxii.Server].
func NewMemoryTarget(t *testing.T, o taxii.Options) Target {
	t.Helper()
	m := NewMemory(time.Now)
	for _, name := range []string{"both", "reader", "writer", "stranger"} {
		m.Login(name+"-token", name)
	}
	o.NextKey = []byte("0123456789abcdef")
	if o.PerMinute == 0 {
		o.PerMinute = -1
	}
	s, err := taxii.NewServer(m, o)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	var n atomic.Int64
	return Target{
		URL: web.URL, Both: "Bearer both-token", Reader: "Bearer reader-token", Writer: "Bearer writer-token", Stranger: "Bearer stranger-token",
		Small: o.MaxContent,
		Collection: func(*testing.T) Place {
			p := Place{ID: uuid.NewString(), Alias: "alias-" + string(rune('a'+n.Add(1)%26)) + uuid.NewString()[:8]}
			m.Open(taxii.Collection{ID: p.ID, Title: "Synthetic", Alias: p.Alias}, map[string]Rights{
				"both": {true, true}, "reader": {Read: true}, "writer": {Write: true},
			})
			return p
		},
	}
}

// check is one named requirement.
type check struct {
	name string // "R3 accept without a version"
	run  func(k *kit)
}

// Run puts a server under every check. open is called once.
func Run(t *testing.T, open func(t *testing.T) Target) {
	t.Helper()
	run(t, open, slices.Concat(transportChecks(), resourceChecks(), addChecks(), readChecks(), filterChecks(), nextChecks(),
		versionChecks(), deleteChecks(), accountChecks(), hostileChecks(), togetherChecks()))
}

// AtOnce puts a server only under the checks in which several write and read at
// the same time.
func AtOnce(t *testing.T, open func(t *testing.T) Target) {
	t.Helper()
	run(t, open, togetherChecks())
}

func run(t *testing.T, open func(t *testing.T) Target, all []check) {
	t.Helper()
	target := open(t)
	if target.Client == nil {
		target.Client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true}, Timeout: time.Minute}
	}
	client := *target.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	target.Client = &client
	for _, id := range []*string{&target.Creator, &target.Creator2} {
		if *id == "" {
			*id = "identity--" + uuid.NewString()
		}
	}
	seen := map[string]bool{}
	for _, c := range all {
		if seen[c.name] {
			t.Fatalf("two checks are called %q", c.name)
		}
		seen[c.name] = true
		t.Run(c.name, func(t *testing.T) { c.run(&kit{T: t, Target: target}) })
	}
	t.Logf("%d checks", len(all))
}
