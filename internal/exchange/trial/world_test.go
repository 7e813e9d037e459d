package trial_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"entente"
	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/pgtest"
	"entente/internal/store"
)

// world is the nodes of a trial and all that is written about them.
type world struct {
	t       *testing.T
	dir     string
	logs    string // what every process said
	logging sync.Mutex

	// line is the beginning of the addresses where each node has a network of its
	// own; empty: all are on this machine, behind proxies.
	line string

	secretsMu sync.Mutex
	secrets   map[string]string // secret: what it is
}

// site is one node.
type site struct {
	w       *world
	name    string // by which its partners know it
	dir     string
	via     *proxy // the way to its servers
	servers []*proc
	ca      []byte
	public  string // key of its log
	tokens  map[string]string
	plain   bool
	life    time.Duration // of its tokens
	actor   entente.ActorID
}

// identity makes the node's own objects.
func (s *site) identity() stix.ID { return mapping.ActorIdentity(s.actor) }

var corpus = sync.OnceValues(func() (*entente.Corpus, error) { return datapackage.Read(corpora.CyberNorms()) })

// actors for whom the nodes speak.
var actors = []entente.ActorID{"est", "jpn", "nld", "bra", "aus"}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), secrets: map[string]string{}}
	w.logs = filepath.Join(w.dir, "logs")
	if err := os.Mkdir(w.logs, 0o700); err != nil {
		t.Fatal(err)
	}
	return w
}

// engines runs a trial over each engine. place makes the place of a new store
// that holds the corpus, empty for a file in the node's own folder.
func engines(t *testing.T, run func(t *testing.T, place func(*testing.T) string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		run(t, func(*testing.T) string { return "" })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		run(t, func(t *testing.T) string { return pgtest.Database(t, "trial", fill) })
	})
}

// fill makes a store with the corpus.
func fill(place string) error {
	s, err := store.Open(context.Background(), place, store.Options{Create: true})
	if err != nil {
		return err
	}
	c, err := corpus()
	if err == nil {
		_, err = s.Fill(context.Background(), store.Reason{Who: "trial", Why: "start"}, c)
	}
	return errors.Join(err, s.Close())
}

// site makes a node that is reached through a proxy of its own.
func (w *world) site(i int, place string) *site {
	w.t.Helper()
	return w.siteIn(i, filepath.Join(w.dir, fmt.Sprintf("n%d", i)), place)
}

// siteIn makes a node in a given folder.
func (w *world) siteIn(i int, dir, place string) *site {
	w.t.Helper()
	c, err := corpus()
	if err != nil {
		w.t.Fatal(err)
	}
	s := &site{w: w, name: fmt.Sprintf("n%d", i), tokens: map[string]string{}, actor: actors[i]}
	s.dir = dir
	s.via = newProxy(w.t)
	listen, host := s.via.addr(), "127.0.0.1"
	if w.line != "" { // a network of its own for each
		listen, host = w.line+fmt.Sprint(i+1)+":8441", w.line+fmt.Sprint(i+1)
	}
	o := node.InitOptions{
		Actor: actors[i], Title: "Synthetic node " + s.name, Listen: listen, Names: []string{host, s.name + ".entente.test"},
		Origin: s.name + ".entente.test/log", Place: place, Who: "trial",
	}
	if place == "" {
		o.Corpus = c
	}
	if err := node.Init(w.t.Context(), s.dir, o); err != nil {
		w.t.Fatal(err)
	}
	if s.ca, err = partner.CABundle(s.dir); err != nil {
		w.t.Fatal(err)
	}
	s.with(func(n *node.Node) { s.public = n.Key.Public() })
	w.keys(s)
	return s
}

// with opens the node for a moment.
func (s *site) with(f func(n *node.Node)) {
	s.w.t.Helper()
	n, err := node.Open(context.WithoutCancel(s.w.t.Context()), s.dir, node.Options{})
	if err != nil {
		s.w.t.Fatal(err)
	}
	defer func() {
		if err := n.Close(); err != nil {
			s.w.t.Error(err)
		}
	}()
	f(n)
}

// edit changes the node's settings.
func (s *site) edit(f func(*partner.Settings) error) {
	s.w.t.Helper()
	s.with(func(n *node.Node) {
		if _, err := n.Book.Edit(s.w.t.Context(), "trial", "set up", f); err != nil {
			s.w.t.Fatal(err)
		}
	})
}

// token makes a token for a partner.
func (s *site) token(id string) string {
	s.w.t.Helper()
	s.with(func(n *node.Node) {
		secret, _, err := n.Book.NewToken(s.w.t.Context(), "trial", id, "trial", n.Now().Add(max(s.life, 24*time.Hour)))
		if err != nil {
			s.w.t.Fatal(err)
		}
		s.tokens[id] = secret
		s.w.secret(secret, "the token of "+id+" at "+s.name)
	})
	return s.tokens[id]
}

// know makes o a partner of s, with a token for it to come with.
func (s *site) know(o *site) {
	s.w.t.Helper()
	var in partner.Introduction
	o.with(func(n *node.Node) {
		var err error
		if in, err = n.Introduction(s.w.t.Context()); err != nil {
			s.w.t.Fatal(err)
		}
	})
	s.edit(func(set *partner.Settings) error {
		_, err := in.Apply(set, o.name)
		return err
	})
	if err := partner.WriteOutgoing(o.dir, s.name, s.token(o.name)); err != nil {
		s.w.t.Fatal(err)
	}
}

// The collections and the circle that every node of a trial has.
const (
	colShared = "11111111-1111-4111-8111-111111111111" // partners may add to it
	colOwn    = "22222222-2222-4222-8222-222222222222" // the node's own
	colClosed = "33333333-3333-4333-8333-333333333333" // of a circle without members
	circle    = "circle"
)

// furnish gives the node its circle and collections, and the marks of TLP in
// each. writers may add to the shared one.
func (s *site) furnish(members map[string]handling.TLP, writers ...string) {
	s.w.t.Helper()
	s.edit(func(set *partner.Settings) error {
		all := handling.Community{ID: circle}
		for id, level := range members {
			all.Members = append(all.Members, handling.Member{Partner: id, Clearance: level})
		}
		if err := errors.Join(set.AddCommunity(all), set.AddCommunity(handling.Community{ID: "nobody"})); err != nil {
			return err
		}
		for _, c := range []partner.Collection{
			{Alias: "shared", Writers: writers, Collection: handling.Collection{ID: colShared, Title: "Shared", Communities: []string{circle}, Ceiling: handling.AmberStrict}},
			{Alias: "own", Collection: handling.Collection{ID: colOwn, Title: "Own", Communities: []string{circle}, Ceiling: handling.AmberStrict}},
			{Alias: "closed", Collection: handling.Collection{ID: colClosed, Title: "Closed", Communities: []string{"nobody"}, Ceiling: handling.AmberStrict}},
		} {
			if err := set.AddCollection(c); err != nil {
				return err
			}
		}
		return nil
	})
	marks, err := handling.Definitions()
	if err != nil {
		s.w.t.Fatal(err)
	}
	s.with(func(n *node.Node) {
		for _, c := range []string{colShared, colOwn, colClosed} {
			if _, err := n.Shelf.Put(s.w.t.Context(), c, marks[:4]); err != nil {
				s.w.t.Fatal(err)
			}
		}
	})
}

// outsider makes a partner that is no node: it only comes with a token.
func (s *site) outsider(id string, identities ...stix.ID) string {
	s.w.t.Helper()
	s.edit(func(set *partner.Settings) error {
		return set.AddPartner(partner.Partner{Partner: handling.Partner{ID: id, Name: "Synthetic " + id}, Identities: identities})
	})
	return s.token(id)
}

// serve starts server processes of the node behind its proxy.
func (s *site) serve(n int, more ...string) {
	s.w.t.Helper()
	for i := range n {
		addr := fmt.Sprintf("127.0.0.1:%d", port(s.w.t))
		args := append([]string{program(s.w.t), "node", "serve", s.dir, "--listen", addr, "--per-minute", "-1"}, more...)
		p := s.w.process(fmt.Sprintf("%s-server%d", s.name, i), args...)
		p.addr = addr
		p.start()
		s.servers = append(s.servers, p)
	}
	var to []string
	for _, p := range s.servers {
		to = append(to, p.addr)
	}
	s.via.forward(to...)
}

// process prepares a program whose output goes to a log of its own.
func (w *world) process(name string, args ...string) *proc {
	p := &proc{t: w.t, name: name, log: filepath.Join(w.logs, name+".log"), args: args}
	w.t.Cleanup(p.kill)
	return p
}

// transport speaks to the node over TLS, and believes nobody but its authority.
func (s *site) transport() *http.Transport {
	pool, err := poolOf(s.ca)
	if err != nil {
		s.w.t.Fatal(err)
	}
	return &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, DisableCompression: true,
		DialContext: (&net.Dialer{Timeout: 2 * time.Second}).DialContext, TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 20 * time.Second,
	}
}

// url is the address of the node for its partners.
func (s *site) url() string {
	if s.plain {
		return "http://" + s.via.addr() + "/"
	}
	return "https://" + s.via.addr() + "/"
}

// secret notes what must not stand in any log.
func (w *world) secret(s, what string) {
	if len(s) < 20 {
		w.t.Fatalf("%s is too short to be looked for", what)
	}
	w.secretsMu.Lock()
	defer w.secretsMu.Unlock()
	w.secrets[s] = what
}

// keys notes the private keys of a node, line by line.
func (w *world) keys(s *site) {
	w.t.Helper()
	err := filepath.WalkDir(filepath.Join(s.dir, "keys"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.HasPrefix(string(text), "PRIVATE+KEY+") {
			w.secret(strings.SplitN(strings.TrimSpace(string(text)), "+", 5)[4], path) // name and number are public
		}
		private := false
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			switch {
			case strings.HasPrefix(line, "-----BEGIN"):
				private = strings.Contains(line, "PRIVATE KEY")
			case private && len(line) >= 40:
				w.secret(line, path)
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// basic notes a password and all forms in which it travels.
func (w *world) basic(user, password string) {
	w.secret(password, "the password of "+user)
	w.secret(base64.StdEncoding.EncodeToString([]byte(user+":"+password)), "the password of "+user+", as it travels")
}

// noSecrets looks for every secret in every file below the folders.
func (w *world) noSecrets(dirs ...string) {
	w.t.Helper()
	files, bytes, found := 0, int64(0), 0
	for _, dir := range append(dirs, w.logs) {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			bytes += int64(len(text))
			for s, what := range w.secrets {
				if strings.Contains(string(text), s) {
					if found++; found < 10 {
						w.t.Errorf("%s holds %s", path, what)
					}
				}
			}
			for _, bad := range []string{"panic:", "goroutine 1 [", "DATA RACE"} {
				if strings.Contains(string(text), bad) {
					w.t.Errorf("%s holds %q:\n%s", path, bad, tail(path))
				}
			}
			return nil
		})
		if err != nil {
			w.t.Error(err)
		}
	}
	w.t.Logf("%d secrets were looked for in %d files (%d bytes) of logs, addresses and exports: %d found", len(w.secrets), files, bytes, found)
	if found > 0 {
		w.t.Fail()
	}
	if len(w.secrets) == 0 || bytes == 0 {
		w.t.Error("nothing was looked for or looked at")
	}
}

// both clears a writer and a reader for everything.
var both = map[string]handling.TLP{"p0": handling.AmberStrict, "reads": handling.AmberStrict}
