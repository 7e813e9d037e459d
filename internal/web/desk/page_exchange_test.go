package desk_test

import (
	"archive/tar"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"entente/internal/ledger/verify"
)

// the pages of the exchange that everybody who may read it can open.
var exchangeAddresses = []string{
	"/desk/exchange", "/desk/exchange/inbox", "/desk/exchange/inbox?state=all", "/desk/exchange/releases", "/desk/exchange/receipts", "/desk/exchange/partners", "/desk/exchange/partners/japan",
	"/desk/exchange/communities", "/desk/exchange/communities/pair", "/desk/exchange/collections", "/desk/exchange/embargoes", "/desk/exchange/sealed", "/desk/exchange/log",
}

// TestExchangeRound takes a position and the report of an incident from one desk
// to the other: planned, shared, fetched, looked at, accepted, confirmed,
// withdrawn, confirmed again, and proven.
func TestExchangeRound(t *testing.T) {
	p := newExchangePair(t)
	estonia, japan := p.est.as("editor"), p.jpn.as("editor")
	estonia.get("/desk/exchange").is(http.StatusOK, "Estonia (trial)", "Nothing: what partners sent has been decided on.", "One partner")

	// A position: found, planned, shared.
	where := p.est.collection(t, "positions")
	estonia.get("/desk/exchange/share?record="+p.Position).is(http.StatusOK, p.Position, "Positions (at most TLP:GREEN)")
	ask := []string{"record", p.Position, "collection", where, "level", "GREEN", "why", "a test", "do", "plan"}
	plan := estonia.post("/desk/exchange/share", ask...).is(http.StatusOK, "What would go to Positions", "Nothing has left yet.", p.Position, "Japan (trial)", "Goes to", "TLP:GREEN")
	if n := p.est.count(t, "SELECT COUNT(*) FROM exchange_entries"); n != 0 {
		t.Fatalf("the plan put %d objects into a collection", n)
	}
	done := estonia.post("/desk/exchange/share", plan.again("do", "share")...)
	estonia.follow(done).is(http.StatusOK, "added", "The account of each partner", "Not fetched yet").not("do not add up")

	// The incident, as a bundle; its own mark counts.
	bundle, err := os.ReadFile(filepath.Join(p.Dir, "incident.json"))
	if err != nil {
		t.Fatal(err)
	}
	incidents := p.est.collection(t, "incidents")
	file := estonia.send("/desk/exchange/share", "incident.json", bundle, "collection", incidents, "level", "GREEN", "do", "plan").is(http.StatusOK, "TLP:AMBER", "marked AMBER", "Goes to")
	// The same where it must not lie: refused, and nothing can be shared.
	estonia.send("/desk/exchange/share", "incident.json", bundle, "collection", where, "level", "GREEN", "do", "plan").is(http.StatusOK, "This may not be shared so").not(`value="share"`)
	estonia.follow(estonia.post("/desk/exchange/share", file.again("do", "share")...)).is(http.StatusOK, "added")

	// The other side fetches, looks and decides.
	p.jpn.sync("estonia")
	japan.get("/desk/exchange").is(http.StatusOK, "from Estonia (trial)")
	list := japan.get("/desk/exchange/inbox").is(http.StatusOK, "incident", "TLP:AMBER", p.Position)
	incident := list.item(t, "incident")
	japan.get(incident).is(http.StatusOK, "One object without a record", "SYNTHETIC: mail of a ministry", "From Estonia (trial); TLP:AMBER; waiting.")
	position := list.item(t, p.Position)
	look := japan.get(position).is(http.StatusOK, p.Position)
	n := look.input("n")
	japan.post("/desk/exchange/inbox", "n", n, "do", "reject").is(http.StatusBadRequest, "Reason")
	numbers := list.boxes("n")
	if len(numbers) < 2 {
		t.Fatalf("%d items can be ticked", len(numbers))
	}
	tick := []string{"do", "look"}
	for _, v := range numbers {
		tick = append(tick, "n", v)
	}
	japan.post("/desk/exchange/inbox", tick...).is(http.StatusOK, "would become", "Nothing is written yet.")
	tick[1] = "accept"
	japan.follow(japan.post("/desk/exchange/inbox", tick...)).is(http.StatusOK, "kept as reports", "Nothing waits.")
	japan.get("/actors/est/threats").is(http.StatusOK).not("SYNTHETIC: mail") // AMBER is for nobody who has not signed in
	japan.get("/desk/exchange/inbox?state=accepted").is(http.StatusOK, "accepted", "decided by editor")

	// Estonia sees that it was confirmed.
	estonia.get("/desk/exchange/receipts").is(http.StatusOK, "Japan (trial)", "confirmed", "Nothing was withdrawn.").not("not confirmed")
	object := estonia.get("/desk/exchange/releases?type=incident").is(http.StatusOK, "incident--").href(t, "/desk/exchange/objects/incident--")
	estonia.get(object).is(http.StatusOK, "Handed over once.", "Japan (trial)", "confirmed", "Incidents")

	// It is withdrawn; until Japan has fetched that, it stands on the list.
	gone := estonia.get("/desk/exchange/withdraw?object="+object[strings.LastIndex(object, "/")+1:]).is(http.StatusOK, "For good.", "Japan (trial): had one of it")
	estonia.post("/desk/exchange/withdraw", gone.again()...).is(http.StatusBadRequest, "Why")
	estonia.follow(estonia.post("/desk/exchange/withdraw", gone.again("why", "sent to the wrong circle")...)).is(http.StatusOK, "One object was withdrawn", "has not fetched the withdrawal", "One withdrawal is not confirmed")
	p.jpn.sync("estonia")
	estonia.get("/desk/exchange/receipts").is(http.StatusOK, "No withdrawal waits for a receipt.").not("has not fetched the withdrawal")
	japan.get("/desk/exchange/inbox").is(http.StatusOK, "withdrawn")

	// The log, and the proof.
	estonia.get("/desk/exchange/log").is(http.StatusOK, "estonia.example/log", "handed over", "receipt came in", "japan.example/log", "none seen")
	estonia.post("/desk/exchange/log/proof", "for", "japan").is(http.StatusForbidden)
	admin := p.est.as("admin")
	answer := admin.post("/desk/exchange/log/proof", "for", "japan")
	if answer.code != http.StatusOK || answer.header.Get("Content-Type") != "application/x-tar" {
		t.Fatalf("the proof: %d %s", answer.code, answer.shown())
	}
	dir := untar(t, strings.NewReader(answer.body))
	r, err := verify.Folder(t.Context(), filepath.Join(dir, "proof"), verify.Options{Keys: []string{p.est.node.Key.Public(), p.jpn.node.Key.Public()}})
	if err != nil || !r.OK() || r.Objects.Proven == 0 {
		t.Errorf("the folder: %v %+v", err, r)
	}
	admin.post("/desk/exchange/log/proof", "for", "nobody").is(http.StatusNotFound)
	admin.get("/desk/audit").is(http.StatusOK, "proof of the exchange")

	for _, path := range exchangeAddresses {
		estonia.get(path).is(http.StatusOK).sound(t, path)
	}
}

// untar unpacks what the page sent.
func untar(t *testing.T, r io.Reader) string {
	t.Helper()
	dir := t.TempDir()
	in := tar.NewReader(r)
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return dir
		}
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, filepath.FromSlash(h.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// collection gives the id of a collection by its alias.
func (r *exchangeRoom) collection(t *testing.T, alias string) string {
	t.Helper()
	s, err := r.node.Book.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.Collection(alias).ID
}

// again gives the hidden fields of the form with the most of them, with more
// behind them.
func (a answer) again(more ...string) []string {
	a.t.Helper()
	var best []string
	for _, form := range a.find(func(n *html.Node) bool { return n.Data == "form" }) {
		var list []string
		for d := range form.Descendants() {
			if d.Data == "input" && attr(d, "type") == "hidden" {
				list = append(list, attr(d, "name"), attr(d, "value"))
			}
		}
		if len(list) > len(best) {
			best = list
		}
	}
	return append(best, more...)
}

// boxes gives the values of all boxes of a name.
func (a answer) boxes(name string) (out []string) {
	for _, n := range a.find(func(n *html.Node) bool { return n.Data == "input" && attr(n, "name") == name }) {
		out = append(out, attr(n, "value"))
	}
	return out
}

// href gives the first link that begins so.
func (a answer) href(t *testing.T, prefix string) string {
	t.Helper()
	for _, n := range a.find(func(n *html.Node) bool { return n.Data == "a" }) {
		if strings.HasPrefix(attr(n, "href"), prefix) {
			return attr(n, "href")
		}
	}
	t.Fatalf("no link to %s: %s", prefix, a.shown())
	return ""
}

// item gives the address of the item of that name.
func (a answer) item(t *testing.T, name string) string {
	t.Helper()
	for _, n := range a.find(func(n *html.Node) bool { return n.Data == "a" }) {
		if strings.HasPrefix(attr(n, "href"), "/desk/exchange/inbox/") && inner(n) == name {
			return attr(n, "href")
		}
	}
	t.Fatalf("no item %s: %s", name, a.shown())
	return ""
}

var missingText = regexp.MustCompile(`⟪[^⟫]*⟫|<no value>|ZgotmplZ|%!`)

// sound checks what every page owes its readers.
func (a answer) sound(t *testing.T, path string) {
	t.Helper()
	if m := missingText.FindString(a.body); m != "" {
		t.Errorf("%s: %s", path, m)
	}
	ids := map[string]bool{}
	for _, n := range a.find(func(*html.Node) bool { return true }) {
		if attr(n, "style") != "" || n.Data == "style" {
			t.Errorf("%s: inline style on <%s>", path, n.Data)
		}
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("%s: the id %q stands twice", path, id)
			}
			ids[id] = true
		}
	}
	for _, n := range a.find(func(*html.Node) bool { return true }) {
		for _, key := range []string{"for", "aria-labelledby", "aria-describedby"} {
			for v := range strings.FieldsSeq(attr(n, key)) {
				if !ids[v] {
					t.Errorf("%s: <%s %s=%q> points to nothing", path, n.Data, key, v)
				}
			}
		}
		if n.Data == "th" && attr(n, "scope") == "" {
			t.Errorf("%s: the header cell %q has no scope", path, inner(n))
		}
	}
}
