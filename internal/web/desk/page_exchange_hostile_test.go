package desk_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/stix"
	"entente/internal/store"
)

// arrive puts an object into the inbox of a node as a partner's.
func (r *exchangeRoom) arrive(t *testing.T, level handling.TLP, text string) int64 {
	t.Helper()
	o, err := stix.Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	err = r.node.Store.Write(t.Context(), func(ctx context.Context, q store.Querier) error {
		_, err := r.node.Inbox.Receive(ctx, q, "estonia", "c", []inbox.Arrival{{Object: o, Level: level, Leaf: 1}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.node.Inbox.List(t.Context(), inbox.Ask{Object: o.ID()})
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	return list[0].N
}

// report is an object with a name and a number of its own.
func report(n int, name string) string {
	return fmt.Sprintf(`{"type":"intrusion-set","id":"intrusion-set--00000000-0000-4000-8000-%012d","spec_version":"2.1","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":%q,"description":%q}`, n, name, "words of "+name)
}

// TestRedInTheInbox: what is for named people only is not shown to everybody who
// may read the inbox, wherever it would stand.
func TestRedInTheInbox(t *testing.T) {
	p := newExchangePair(t)
	n := p.jpn.arrive(t, handling.Red, report(1, "Crimson"))
	m := p.jpn.arrive(t, handling.Amber, report(2, "Ochre"))
	coder, editor := p.jpn.as("coder"), p.jpn.as("editor")
	item := fmt.Sprintf("/desk/exchange/inbox/%d", n)
	for _, path := range []string{item, "/desk/exchange/inbox", "/desk/exchange/inbox?state=all", "/desk/exchange"} {
		coder.get(path).is(http.StatusOK).not("Crimson")
	}
	coder.get("/desk/exchange/inbox").is(http.StatusOK, "Ochre")
	coder.get(fmt.Sprintf("/desk/exchange/inbox/%d", m)).is(http.StatusOK, "Ochre", "words of Ochre")
	editor.get(item).is(http.StatusOK, "Crimson", "For named people only")
	// It is never published, however it is asked for.
	editor.post("/desk/exchange/inbox", "n", fmt.Sprint(n), "do", "publish", "widely", "yes")
	if k := p.jpn.count(t, "SELECT COUNT(*) FROM versions WHERE body LIKE '%Crimson%' AND state = 'published'"); k != 0 {
		t.Error("RED was published")
	}
}

// TestHostileExchange: what partners and forms bring is text, and what is wrong is
// refused with a status of its own, never with a failure of the server.
func TestHostileExchange(t *testing.T) {
	p := newExchangePair(t)
	const evil = `<script>alert(1)</script>"><img src=x onerror=alert(2)>`
	n := p.jpn.arrive(t, handling.Green, report(3, evil))
	editor, admin := p.jpn.as("editor"), p.jpn.as("admin")
	for _, path := range []string{"/desk/exchange/inbox", fmt.Sprintf("/desk/exchange/inbox/%d", n)} {
		editor.get(path).is(http.StatusOK, evil).not("<script>alert", "<img src=x").sound(t, path)
	}
	for _, path := range []string{
		"/desk/exchange/inbox/0", "/desk/exchange/inbox/x", "/desk/exchange/inbox/99999999999999999999", "/desk/exchange/inbox?state=nonsense", "/desk/exchange/inbox?before=x", "/desk/exchange/inbox?before=-1",
		"/desk/exchange/inbox?partner=" + strings.Repeat("x", 5000), "/desk/exchange/inbox?type=%00", "/desk/exchange/releases?collection=none", "/desk/exchange/releases?level=purple", "/desk/exchange/releases?after=x",
		"/desk/exchange/releases?after=a+b", "/desk/exchange/receipts?after=%27", "/desk/exchange/objects/nothing", "/desk/exchange/objects/report--x", "/desk/exchange/objects/%27--",
		"/desk/exchange/withdraw?object=x", "/desk/exchange/withdraw", "/desk/exchange/withdraw?record=nothing:x", "/desk/exchange/share?find=%00",
	} {
		if a := editor.get(path); a.code != http.StatusBadRequest && a.code != http.StatusRequestURITooLong {
			t.Errorf("%s: status %d", path, a.code)
		}
	}
	for _, path := range []string{
		"/desk/exchange/inbox/12345", "/desk/exchange/partners/nobody", "/desk/exchange/partners/" + url.PathEscape("../admin"), "/desk/exchange/communities/none", "/desk/exchange/collections/none",
		"/desk/exchange/objects/report--00000000-0000-4000-8000-000000000000", "/desk/exchange/withdraw?object=report--00000000-0000-4000-8000-000000000000", "/desk/exchange/withdraw?record=statements:no-such",
	} {
		if a := editor.get(path); a.code != http.StatusNotFound && a.code != http.StatusBadRequest {
			t.Errorf("%s: status %d", path, a.code)
		}
	}
	where := p.jpn.collection(t, "positions")
	for name, list := range map[string][]string{
		"an unknown record":      {"record", "statements:no-such", "collection", where, "level", "GREEN", "do", "plan"},
		"no kind of record":      {"more", "users:admin", "collection", where, "level", "GREEN", "do", "plan"},
		"an unknown collection":  {"record", "actors:jpn", "collection", "none", "level", "GREEN", "do", "plan"},
		"an unknown level":       {"record", "actors:jpn", "collection", where, "level", "PURPLE", "do", "plan"},
		"RED":                    {"record", "actors:jpn", "collection", where, "level", "RED", "do", "plan"},
		"nothing":                {"collection", where, "level", "GREEN", "do", "plan"},
		"unseen":                 {"record", "actors:jpn", "collection", where, "level", "GREEN", "do", "share"},
		"a kept file of nobody":  {"kept", strings.Repeat("0", 64), "collection", where, "level", "GREEN", "do", "plan"},
		"a kept file of another": {"kept", p.jpn.blob(t), "collection", where, "level", "GREEN", "do", "plan"},
	} {
		if a := editor.post("/desk/exchange/share", list...); a.code < 400 || a.code >= 500 {
			t.Errorf("%s: status %d: %s", name, a.code, a.shown())
		}
	}
	for name, data := range map[string]string{
		"no JSON": "hello", "a list": "[]", "broken": `{"type":"bundle","objects":[{`, "deep": `{"type":"bundle","objects":[` + strings.Repeat(`{"a":`, 5000) + `1` + strings.Repeat(`}`, 5000) + `]}`,
		"empty": "", "NUL": "\x00\x00", "a bad object": `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000099","objects":[{"type":"report","id":"x"}]}`,
	} {
		if a := editor.send("/desk/exchange/share", "x.json", []byte(data), "collection", where, "level", "GREEN", "do", "plan"); (a.code < 400 || a.code >= 500) && (!strings.Contains(a.shown(), "This may not be shared so") || strings.Contains(a.body, `value="share"`)) {
			t.Errorf("a bundle, %s: status %d: %s", name, a.code, a.shown())
		}
	}
	for path, list := range map[string][]string{
		"/desk/exchange/inbox":                      {"n", "x", "do", "accept"},
		"/desk/exchange/inbox?x=1":                  {"do", "accept"},
		"/desk/exchange/inbox?x=2":                  {"n", "1", "do", "nonsense"},
		"/desk/exchange/inbox?x=3":                  {"n", "77777", "do", "accept"},
		"/desk/exchange/inbox/1/merge":              {"take", "coder"},
		"/desk/exchange/inbox/x/merge":              {},
		"/desk/exchange/withdraw":                   {"object", "x", "why", "y"},
		"/desk/exchange/partners/new":               {"id", "../x", "base", "0"},
		"/desk/exchange/partners/estonia":           {"base", "0", "per_minute", "many"},
		"/desk/exchange/partners/estonia/state":     {"base", "0", "do", "explode"},
		"/desk/exchange/partners/estonia/state?x=1": {"base", "0", "do", "suspend"},
		"/desk/exchange/communities":                {"id", "x"},
		"/desk/exchange/communities/pair":           {"do", "member"},
		"/desk/exchange/collections":                {"title", "x", "ceiling", "AMBER", "id", "not-a-uuid"},
		"/desk/exchange/embargoes":                  {"do", "lift", "object", "report--00000000-0000-4000-8000-000000000000"},
		"/desk/exchange/log/proof":                  {"for", "../../etc"},
	} {
		if a := admin.post(path, list...); a.code < 400 || a.code >= 500 {
			t.Errorf("%s: status %d: %s", path, a.code, a.shown())
		}
	}
}

// blob keeps a file of another kind in the store.
func (r *exchangeRoom) blob(t *testing.T) string {
	t.Helper()
	hash, err := r.node.Store.PutBlob(t.Context(), "text/plain", []byte("somebody else's file"))
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// TestStalePlan: what was approved is done, or nothing is.
func TestStalePlan(t *testing.T) {
	p := newExchangePair(t)
	editor, admin := p.est.as("editor"), p.est.as("admin")
	ask := []string{"record", p.Position, "collection", p.est.collection(t, "positions"), "level", "GREEN", "do", "plan"}
	plan := editor.post("/desk/exchange/share", ask...).is(http.StatusOK, "Goes to")
	page := admin.get("/desk/exchange/partners/japan")
	admin.follow(admin.post("/desk/exchange/partners/japan/state", "base", page.base(t, "Suspend it"), "do", "suspend")).is(http.StatusOK)
	now := editor.post("/desk/exchange/share", plan.again("do", "share")...).is(http.StatusConflict, "has changed since it was shown", "Japan (trial)")
	if n := p.est.count(t, "SELECT COUNT(*) FROM exchange_entries"); n != 0 {
		t.Fatalf("%d objects were shared by a plan that nobody approved", n)
	}
	now.sound(t, "stale plan")
	editor.follow(editor.post("/desk/exchange/share", now.again("do", "share")...)).is(http.StatusOK, "added", "suspended")
}

// TestMergeColumns takes one column of a partner's version of a record over.
func TestMergeColumns(t *testing.T) {
	p := newExchangePair(t)
	editor, japan := p.est.as("editor"), p.jpn.as("editor")
	// Estonia's own words on one of its positions change, and are shared.
	c, _, err := p.est.node.Store.Corpus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	id := ""
	for _, s := range c.Statements {
		if s.Actor == "est" && s.Conditions == "" && s.Note == "" && s.Checked {
			id = s.ID
		}
	}
	if id == "" {
		t.Fatal("the corpus has no position of Estonia without conditions and note")
	}
	key := store.Key{Kind: "statements", ID: id}
	v, err := p.est.node.Store.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	body := strings.TrimSuffix(string(v.Body), "}") + `,"conditions":"only with consent","note":"a note of Estonia's"}`
	if _, err := p.est.node.Store.Save(t.Context(), store.Reason{Who: "editor", Why: "test", Via: "test"}, store.Change{Key: key, Base: v.Number, State: store.Published, Body: []byte(body)}); err != nil {
		t.Fatal(err)
	}
	plan := editor.post("/desk/exchange/share", "record", key.String(), "collection", p.est.collection(t, "positions"), "level", "GREEN", "do", "plan").is(http.StatusOK)
	editor.follow(editor.post("/desk/exchange/share", plan.again("do", "share")...)).is(http.StatusOK)
	p.jpn.sync("estonia")
	item := japan.get("/desk/exchange/inbox").is(http.StatusOK, key.String()).item(t, key.String())
	page := japan.get(item).is(http.StatusOK, "changes a record", "only with consent", "Take some fields only")
	page.sound(t, item)
	japan.post(item+"/merge", "do", "publish").is(http.StatusBadRequest, "Tick the fields")
	japan.follow(japan.post(item+"/merge", "take", "conditions", "do", "publish", "reason", "agreed by telephone")).is(http.StatusOK, "was taken over", "merged")
	got, err := p.jpn.node.Store.Get(t.Context(), key)
	if err != nil || !strings.Contains(string(got.Body), "only with consent") || strings.Contains(string(got.Body), "a note of Estonia") || got.State != store.Published {
		t.Errorf("%v %+v %s", err, got, got.Body)
	}
	japan.get("/desk/records/statements/"+id).is(http.StatusOK, "Parts of this record came from partners", "Estonia (trial)")
}

// TestForeignWords: words that would turn or hide what stands around them are
// shown as such, and who speaks in another's name is told.
func TestForeignWords(t *testing.T) {
	p := newExchangePair(t)
	editor := p.jpn.as("editor")
	own, err := p.jpn.node.Book.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := func(n int, maker stix.ID) string {
		return fmt.Sprintf(`{"type":"intrusion-set","id":"intrusion-set--00000000-0000-4000-8000-%012d","spec_version":"2.1","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","created_by_ref":"%s","name":"evil \u202etxt.exe \u001b[31m red \u0000 nul"}`, n, maker)
	}
	for n, want := range map[int]struct {
		maker stix.ID
		says  string
	}{
		10: {own.Identity, "Made in the name of this node itself"},
		11: {"identity--00000000-0000-4000-8000-00000000f0f0", "which is not known as Estonia (trial)"},
		12: {own.Partner("estonia").Identities[0], ""},
	} {
		item := p.jpn.arrive(t, handling.Green, text(n, want.maker))
		for _, path := range []string{fmt.Sprintf("/desk/exchange/inbox/%d", item), "/desk/exchange/inbox"} {
			a := editor.get(path).is(http.StatusOK, "evil").not("\u202e", "\x1b", "\x00")
			a.sound(t, path)
		}
		a := editor.get(fmt.Sprintf("/desk/exchange/inbox/%d", item))
		if want.says == "" {
			a.not("Made in the name of")
		} else {
			a.is(http.StatusOK, want.says, "only the word of Estonia (trial)")
		}
	}
}
