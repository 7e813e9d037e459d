package threats

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"time"
	"unicode"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix/threat"
	"entente/internal/store"
)

// Kind is the kind of the records that say what was imported.
const Kind = "threats"

// media is the type under which files are kept in the store.
const media = "application/gzip"

// The bounds of what is said of a file, in bytes.
const (
	MaxName    = 120
	MaxLicence = 200
	MaxURL     = 1000
)

// Import is one collection that was imported, and what became of its parts.
type Import struct {
	// Name is what the collection is called, on pages and beside each claim.
	Name string `json:"name"`
	// URL is where it comes from.
	URL     string `json:"source_url"`
	Licence string `json:"licence,omitempty"`
	Format  Format `json:"format"`
	// Level is how what carries no mark of its own is to be handled; CLEAR for a
	// collection that its makers publish.
	Level handling.TLP `json:"level"`
	// SHA256 is that of the file as it came.
	SHA256 string `json:"sha256"`
	// Objects counts the parts of the file, Attackers those that are groups,
	// campaigns or incidents, Refused those that break the format and are not read.
	Objects   int `json:"objects"`
	Attackers int `json:"attackers"`
	Refused   int `json:"refused"`

	// At is when this version was imported, in UTC.
	At time.Time `json:"at,omitzero"`
	// Blob is the hash of the packed file in the store.
	Blob string `json:"blob,omitempty"`
}

// Check reads a file and tells what it holds, without keeping anything: the
// import with its counts filled in. Errors: Invalid for a file that is neither a
// bundle nor a galaxy of attackers, or when the name or the address is missing.
func Check(im Import, data []byte) (Import, error) {
	im.Name, im.Licence, im.URL = strings.TrimSpace(im.Name), strings.TrimSpace(im.Licence), strings.TrimSpace(im.URL)
	for _, w := range []struct {
		place, text string
		most        int
		needed      bool
	}{{"name", im.Name, MaxName, true}, {"source", im.URL, MaxURL, true}, {"licence", im.Licence, MaxLicence, false}} {
		switch {
		case w.text == "" && w.needed:
			return im, fault(w.place, "it is not said", "every claim on a page names its collection and where that comes from", nil)
		case len(w.text) > w.most || strings.ContainsFunc(w.text, unicode.IsControl):
			return im, fault(w.place, "the text is too long or holds a control character", "", nil)
		}
	}
	if u, err := url.Parse(im.URL); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return im, fault("source", "this is not the address of a page", "for example https://attack.mitre.org/", nil)
	}
	if slug(im.Name) == "" {
		return im, fault("name", "the name has no letter", "", nil)
	}
	if len(data) > MaxFile {
		return im, fault(im.Name, "the file is larger than 256 MB", "", nil)
	}
	if im.Level == 0 {
		im.Level = handling.Clear
	}
	var err error
	if im.Format, err = formatOf(im.Name, data); err != nil {
		return im, err
	}
	c, err := fill(threat.New(), im.Name, im.Format, data, im.Level, handling.Red)
	if err != nil {
		return im, err
	}
	if c.attackers == 0 {
		return im, fault(im.Name, "the file names no attacker", "groups, threat actors, campaigns and incidents are read", nil)
	}
	sum := sha256.Sum256(data)
	im.SHA256, im.Objects, im.Attackers, im.Refused = hex.EncodeToString(sum[:]), c.objects, c.attackers, c.refused
	return im, nil
}

// Add keeps a file, as a new version of the import of the same name. written is
// false when the same was there already. Errors: as [Check]; those of the store.
func Add(ctx context.Context, st *store.Store, why store.Reason, im Import, data []byte) (kept Import, written bool, err error) {
	if im, err = Check(im, data); err != nil {
		return im, false, err
	}
	packed, err := pack(data)
	if err != nil {
		return im, false, err
	}
	if im.Blob, err = st.PutBlob(ctx, media, packed); err != nil {
		return im, false, err
	}
	im.At = time.Time{}
	body, err := json.Marshal(im)
	if err != nil {
		return im, false, err
	}
	why.SkipSame = true
	c, err := st.Save(ctx, why, store.Change{Key: store.Key{Kind: Kind, ID: slug(im.Name)}, Base: store.Any, State: store.Published, Body: body})
	im.At = c.At
	return im, c.Changes > 0, err
}

// Drop takes an import out of what is shown; its file and its history stay.
// Errors: NotFound.
func Drop(ctx context.Context, st *store.Store, why store.Reason, name string) error {
	v, err := st.Get(ctx, store.Key{Kind: Kind, ID: slug(name)})
	if err != nil {
		return err
	}
	_, err = st.Save(ctx, why, store.Change{Key: v.Key, Base: v.Number, State: store.Retired, Body: v.Body})
	return err
}

// List gives the imports that count, by name.
func List(ctx context.Context, st *store.Store) ([]Import, error) {
	list, err := st.List(ctx, store.Query{Kinds: []string{Kind}, States: []store.State{store.Published}})
	if err != nil {
		return nil, err
	}
	out := make([]Import, len(list))
	for i := range list {
		if err := json.Unmarshal(list[i].Body, &out[i]); err != nil {
			return nil, err
		}
		out[i].At = list[i].Commit.At
	}
	return out, nil
}

// slug makes an id of a name.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}
