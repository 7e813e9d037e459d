package desk_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"entente/internal/store"
	"entente/internal/web"
	"entente/internal/workbench"
)

// ticks gives the records that a list offers to choose, with their versions.
func (a answer) ticks() []string {
	var out []string
	for _, n := range a.find(func(n *html.Node) bool {
		return n.Data == "input" && attr(n, "type") == "checkbox" && attr(n, "name") == "record"
	}) {
		out = append(out, attr(n, "value"))
	}
	return out
}

// record names the record of a tick: "2:statements:ID".
func record(tick string) string { _, k, _ := strings.Cut(tick, ":"); return k }

// recordPage is the page of a record named "kind:id".
func recordPage(record string) string {
	kind, id, _ := strings.Cut(record, ":")
	return "/desk/records/" + kind + "/" + url.PathEscape(id)
}

// tick names a record as a list would, at its latest version.
func (r *room) tick(record string) string {
	r.t.Helper()
	kind, id, _ := strings.Cut(record, ":")
	v, err := r.bench.Store.Get(r.t.Context(), store.Key{Kind: kind, ID: id})
	if err != nil {
		r.t.Fatal(err)
	}
	return itoa(v.Number) + ":" + record
}

// code codes a paragraph of the paper.
func (p *person) code(read, paragraph, proposition, stance string) {
	p.t.Helper()
	p.post(read+"/code", "paragraph", paragraph, "actor", "Estonia", "proposition", proposition, "stance", stance).is(http.StatusSeeOther)
}

// TestFromDraftToPublic takes a coding all the way, past everything that must
// stop it.
func TestFromDraftToPublic(t *testing.T) {
	r := newRoom(t)
	coder, reviewer, editor, reader := r.as("coder"), r.as("reviewer"), r.as("editor"), r.as("reader")
	read := coder.paper()
	coder.get("/desk/drafts").is(http.StatusOK, "You have no draft.")
	coder.code(read, "4", "law-cm-collective", "rejects")
	coder.code(read, "2", "law-ihl", "")
	drafts := coder.get("/desk/drafts").is(http.StatusOK, "2 records on this page.", "rejects", "Estonia", "We have not yet decided whether", "It cannot be published yet.", "stance is not set", "your own work")
	list := drafts.ticks()
	if len(list) != 2 {
		t.Fatalf("ticks %v", list)
	}
	good, unset := list[0], list[1]
	if !strings.Contains(good, "collective") {
		good, unset = unset, good
	}
	coder.get("/desk").is(http.StatusOK, "My drafts")
	r.as(secondCoder).get("/desk/drafts").not(record(good))
	reader.get("/desk/drafts").is(http.StatusForbidden)
	reader.get("/desk/queue").is(http.StatusForbidden)

	// What cannot be done says why beside the record, and nothing is lost.
	for _, c := range []struct {
		list []string
		code int
		want string
	}{
		{[]string{"do", "submit"}, 400, "Tick at least one record."},
		{[]string{"record", good}, 400, "It is not said what to do."},
		{[]string{"record", good, "do", "publish"}, 400, "It is not said what to do."},
		{[]string{"record", good, "do", "retire"}, 400, "This is needed."},
		{[]string{"record", "x:y", "do", "submit"}, 400, "That is not in the list."},
		{[]string{"record", good, "record", unset, "do", "submit", "reason", "words of mine"}, 400, "The stance is not set. Choose the stance; nothing is assumed."},
		{[]string{"record", "7:" + record(good), "do", "submit"}, 409, "Somebody changed it meanwhile"},
	} {
		a := coder.post("/desk/drafts", c.list...).is(c.code, c.want)
		if strings.Contains(strings.Join(c.list, " "), "words of mine") && a.input("reason") != "words of mine" {
			t.Errorf("the reason is lost: %q", a.input("reason"))
		}
	}
	coder.get("/desk/drafts?tick=all").is(http.StatusOK)
	if n := strings.Count(coder.get("/desk/drafts?tick=all").body, " checked"); n != 2 {
		t.Errorf("%d are ticked", n)
	}
	coder.follow(coder.post("/desk/drafts", "record", good, "do", "submit")).is(http.StatusOK, "One record was handed in.", "One record on this page.")
	coder.post("/desk/queue", "record", r.tick(record(good)), "do", "accept").is(http.StatusForbidden)

	// Returned, and handed in again.
	reviewer.get("/desk").is(http.StatusOK, "In review")
	queue := reviewer.get("/desk/queue").is(http.StatusOK, "rejects", "by coder", "Published along with it:", "Accept", "Return to the coder")
	if strings.Contains(queue.body, `value="publish"`) {
		t.Error("a reviewer is offered to publish")
	}
	waits := queue.ticks()
	reviewer.post("/desk/queue", "record", waits[0], "do", "publish").is(http.StatusBadRequest, "It is not said what to do.")
	reviewer.post("/desk/queue", "record", waits[0], "do", "return").is(http.StatusBadRequest, "This is needed.")
	reviewer.follow(reviewer.post("/desk/queue", "record", waits[0], "do", "return", "reason", "look at the second sentence")).is(http.StatusOK, "One record was returned to its coder.", "Nothing is in review.")
	coder.get(recordPage(record(good))).is(http.StatusOK, "look at the second sentence", "returned with this reason")
	coder.post("/desk/drafts", "record", r.tick(record(good)), "do", "submit").is(http.StatusSeeOther)
	reviewer.post("/desk/queue", "record", waits[0], "do", "accept").is(http.StatusConflict, "Somebody changed it meanwhile")
	reviewer.follow(reviewer.post("/desk/queue", "record", r.tick(record(good)), "do", "accept")).is(http.StatusOK, "One record was accepted", "accepted by reviewer")

	// Several filters at once.
	base := "/desk/queue?actor=Estonia&proposition=law-cm-collective&kind=statements&coder=coder&accepted=yes&own=no"
	if n := len(editor.get(base).is(http.StatusOK).ticks()); n != 1 {
		t.Errorf("%d records fit", n)
	}
	for _, other := range []string{"&words=nowhere-at-all", "&source=none"} {
		editor.get(base+other).is(http.StatusOK, "No record fits.")
	}
	editor.get("/desk/queue?accepted=no").is(http.StatusOK, "No record fits.")
	editor.get("/desk/queue?actor=Atlantis").is(http.StatusOK, "No actor is called that.")
	editor.get("/desk/queue?kind=notes").is(http.StatusBadRequest)
	editor.get("/desk/queue?accepted=perhaps").is(http.StatusBadRequest)

	// Publishing changes the public comparison.
	before := reader.get("/propositions/law-cm-collective").is(http.StatusOK)
	before.not("A synthetic paper")
	stance := func() string {
		for _, x := range reader.getJSON("/compare/est/jpn.json").is(http.StatusOK).data()["propositions"].([]any) {
			if p := x.(map[string]any); p["id"] == "law-cm-collective" {
				said, _ := p["positions"].(map[string]any)["est"].(map[string]any)["stance"].(string)
				return said
			}
		}
		return "not listed"
	}
	if got := stance(); got != "affirms" { // corpora/cybernorms: the statement of 29 May 2019
		t.Errorf("before, Estonia %s", got)
	}
	editor.follow(editor.post("/desk/queue", "record", r.tick(record(good)), "do", "publish")).is(http.StatusOK, "One record is public now, with 2 that it needed.")
	reader.get("/propositions/law-cm-collective").is(http.StatusOK, "A synthetic paper")
	if got := stance(); got != "rejects" {
		t.Errorf("afterwards, Estonia %s", got)
	}
	editor.get("/desk/queue").is(http.StatusOK, "Nothing is in review.")

	// Retired: the comparison is as before.
	coder.post("/desk/drafts", "record", r.tick(record(good)), "do", "retire", "reason", "mine").is(http.StatusForbidden)
	coder.follow(coder.post("/desk/drafts", "record", unset, "do", "retire", "reason", "coded twice")).is(http.StatusOK, "One record was retired.", "You have no draft.")
	editor.follow(editor.post("/desk/queue", "record", r.tick(record(good)), "do", "retire", "reason", "it was withdrawn")).is(http.StatusOK, "One record was retired.")
	if got := stance(); got != "affirms" {
		t.Errorf("after retiring, Estonia %s", got)
	}
}

// TestNobodyPublishesTheirOwn: an editor who codes needs a second person.
func TestNobodyPublishesTheirOwn(t *testing.T) {
	r := newRoom(t)
	editor := r.as("editor")
	read := editor.paper()
	editor.code(read, "2", "law-ihl", "affirms")
	tick := editor.get("/desk/drafts").ticks()[0]
	editor.post("/desk/drafts", "record", tick, "do", "submit").is(http.StatusSeeOther)
	editor.post("/desk/queue", "record", r.tick(record(tick)), "do", "publish").is(http.StatusForbidden, "It is your own coding. Somebody else has to read and accept it first.")
	r.as("reviewer").post("/desk/queue", "record", r.tick(record(tick)), "do", "accept").is(http.StatusSeeOther)
	editor.follow(editor.post("/desk/queue", "record", r.tick(record(tick)), "do", "publish")).is(http.StatusOK, "is public now")
	// An edit of what is public shows what it changes, and stands beside it.
	id := strings.TrimPrefix(record(tick), "statements:")
	coder := r.as("reviewer")
	edit := coder.get(read + "/codings/" + url.PathEscape(id) + "/edit").is(http.StatusOK)
	coder.post(read+"/codings/"+url.PathEscape(id)+"/edit", "base", edit.input("base"), "actor", "Estonia", "proposition", "law-ihl", "stance", "doubts").is(http.StatusSeeOther)
	editor.get("/desk/queue?state=draft").is(http.StatusOK, "An edit of version", "doubts")
}

// TestAloneThereIsNobodyToAsk: a workbench of a single user publishes from the
// drafts.
func TestAloneThereIsNobodyToAsk(t *testing.T) {
	data, err := readFilled()
	if err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(t.TempDir(), "work.entente")
	if err := os.WriteFile(place, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), place, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	b := workbench.New(s, workbench.Options{AllowOwn: true})
	h, err := web.Handler(web.Options{Store: s, Bench: b, Addr: "127.0.0.1:8321", Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	me := &person{&room{t, h, b}, "local", map[string]string{}}
	me.code(me.paper(), "4", "law-cm-collective", "rejects")
	tick := me.get("/desk/drafts").is(http.StatusOK, "Publish", "Hand in for review").ticks()
	me.follow(me.post("/desk/drafts", "record", tick[0], "do", "publish")).is(http.StatusOK, "One record is public now", "You have no draft.")
	me.get("/propositions/law-cm-collective").is(http.StatusOK, "A synthetic paper")
}
