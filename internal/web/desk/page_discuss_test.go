package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// hidden gives the hidden fields of the forms with an address.
func (a answer) hidden(action string) []map[string]string {
	var out []map[string]string
	for _, f := range a.find(func(n *html.Node) bool { return n.Data == "form" && attr(n, "action") == action }) {
		m := map[string]string{}
		for n := range f.Descendants() {
			if n.Data == "input" && attr(n, "type") == "hidden" {
				m[attr(n, "name")] = attr(n, "value")
			}
		}
		out = append(out, m)
	}
	return out
}

// aStatement is a published statement of corpora/cybernorms.
const aStatement = "statements:est-norm-13k-2021-02-est-oewg-2021-02"

// TestComments: said, answered, taken back.
func TestComments(t *testing.T) {
	r := newRoom(t)
	coder, second, editor := r.as("coder"), r.as(secondCoder), r.as("editor")
	page := recordPage(aStatement)
	coder.get(page).is(http.StatusOK, "Discussion", "No comment yet.", "Nobody challenges it.", "You have no note on it.")
	coder.post("/desk/comments", "record", aStatement, "text", " ").is(http.StatusBadRequest, "This is needed.", "Discussion of "+aStatement)
	coder.post("/desk/comments", "record", "nothing", "text", "x").is(http.StatusBadRequest)
	coder.post("/desk/comments", "record", "statements:none", "text", "x").is(http.StatusNotFound)
	r.as("reader").post("/desk/comments", "record", aStatement, "text", "x").is(http.StatusForbidden)
	first := coder.follow(coder.post("/desk/comments", "record", aStatement, "text", "Is this <b>the</b> right place?"))
	first.is(http.StatusOK, "Your comment is there.", "Is this <b>the</b> right place?").not("<b>the</b>")
	id := first.hidden("/desk/comments/take-back")[0]
	reply := second.get(page).hidden("/desk/comments")
	if len(reply) != 2 || reply[0]["reply"] != id["id"] {
		t.Fatalf("forms %v", reply)
	}
	bad := second.post("/desk/comments", "record", aStatement, "reply", id["id"], "text", "")
	bad.is(http.StatusBadRequest, "This is needed.")
	second.follow(second.post("/desk/comments", "record", aStatement, "reply", id["id"], "text", "It is; see the footnote.")).is(http.StatusOK, "answers coder")
	second.post("/desk/comments", "record", aStatement, "reply", "statements:other#1", "text", "words of mine").is(http.StatusBadRequest, "There is no such comment on this record.")
	// A queue counts them; people take back their own, editors any.
	second.post("/desk/comments/take-back", "record", aStatement, "id", id["id"], "version", "1").is(http.StatusForbidden, "It is coder's comment.")
	coder.follow(coder.post("/desk/comments/take-back", "record", aStatement, "id", id["id"], "version", "1")).is(http.StatusOK, "The comment was taken back.", "taken back", "It is; see the footnote.").not("right place")
	own := editor.get(page).hidden("/desk/comments/take-back")
	if len(own) != 1 {
		t.Fatalf("an editor may take back %v", own)
	}
	editor.post("/desk/comments/take-back", "record", aStatement, "id", own[0]["id"], "version", own[0]["version"]).is(http.StatusSeeOther)
	r.as("reader").get("/actors/est").is(http.StatusOK).not("see the footnote")
}

// TestChallenges: public at once, answered by somebody else, or withdrawn.
func TestChallenges(t *testing.T) {
	r := newRoom(t)
	reader, coder, editor := r.as("reader"), r.as("coder"), r.as("editor")
	reader.get("/desk/challenges").is(http.StatusOK, "No challenge is open.", "Challenge a record")
	if a := reader.get("/desk"); !strings.Contains(a.body, `href="/desk/challenges"`) {
		t.Error("a reader does not find the challenges")
	}
	for _, c := range []struct {
		record, text string
		code         int
		want         string
	}{
		{"", "why", 400, "This is needed."},
		{"something", "why", 400, "That is no record."},
		{aStatement, "", 400, "This is needed."},
		{"statements:none", "why", 404, "There is no published record of that id."},
		{"notes:x", "why", 400, "Only a record of the corpus can be challenged."},
	} {
		a := reader.post("/desk/challenges", "record", c.record, "text", c.text).is(c.code, c.want)
		if a.input("record") != c.record || a.input("text") != c.text && a.values("text") == nil {
			t.Errorf("%v: what was typed is lost: %q", c, a.input("record"))
		}
	}
	reader.get("/desk/challenges?record=" + aStatement).is(http.StatusOK)
	reader.follow(reader.post("/desk/challenges", "record", aStatement, "text", "The date is too late by a year.")).is(http.StatusOK, "The challenge is public.", "The date is too late by a year.", "reader")
	reader.get("/propositions/norm-13k").is(http.StatusOK, "The date is too late by a year.", "Challenged:")
	editor.get("/desk").is(http.StatusOK, "Open challenges", "The date is too late by a year.")
	// Who may do what about it.
	coder.get("/desk/challenges").is(http.StatusOK, "The date is too late").not("/desk/challenges/answer", "/desk/challenges/withdraw")
	of := editor.get(recordPage(aStatement)).is(http.StatusOK, "The date is too late").hidden("/desk/challenges/answer")[0]
	if of["from"] != "record" || of["record"] != aStatement {
		t.Fatalf("form %v", of)
	}
	coder.post("/desk/challenges/answer", "id", of["id"], "version", of["version"], "answer", "no").is(http.StatusForbidden)
	coder.post("/desk/challenges/withdraw", "id", of["id"], "version", of["version"]).is(http.StatusForbidden, "It is reader's challenge.")
	editor.post("/desk/challenges/answer", "id", of["id"], "version", of["version"], "answer", "").is(http.StatusBadRequest, "This is needed.")
	editor.post("/desk/challenges/answer", "id", of["id"], "answer", "x").is(http.StatusBadRequest)
	editor.post("/desk/challenges/answer", "id", "none", "version", "1", "answer", "x").is(http.StatusNotFound)
	editor.follow(editor.post("/desk/challenges/answer", "from", "record", "record", aStatement, "id", of["id"], "version", of["version"], "answer", "The paper is of that February.")).is(http.StatusOK, "The challenge is answered.", "The paper is of that February.")
	late := editor.post("/desk/challenges/answer", "id", of["id"], "version", of["version"], "answer", "twice")
	late.is(http.StatusConflict, "The challenge is closed: it is answered.")
	reader.get("/propositions/norm-13k").is(http.StatusOK).not("Challenged:")
	reader.get("/desk/challenges").is(http.StatusOK, "No challenge is open.")
	reader.get("/desk/challenges?show=all").is(http.StatusOK, "The paper is of that February.", "answered")
	if n := len(reader.get("/desk/challenges.json?show=all").data()["challenges"].([]any)); n != 1 {
		t.Errorf("%d challenges", n)
	}
	reader.get("/desk/challenges.csv?show=all").is(http.StatusOK, "The paper is of that February.")
	// One's own is withdrawn, not answered.
	editor.post("/desk/challenges", "from", "record", "record", aStatement, "text", "A second doubt.").is(http.StatusSeeOther)
	mine := editor.get("/desk/challenges").not("/desk/challenges/answer").hidden("/desk/challenges/withdraw")[0]
	editor.follow(editor.post("/desk/challenges/withdraw", "id", mine["id"], "version", mine["version"], "record", aStatement)).is(http.StatusOK, "The challenge was withdrawn.")
	// A draft is not challenged.
	read := coder.paper()
	coder.code(read, "2", "law-ihl", "affirms")
	draft := record(coder.get("/desk/drafts").ticks()[0])
	coder.get(recordPage(draft)).is(http.StatusOK, "Only a published record is challenged").not("Challenge this record")
	coder.post("/desk/challenges", "from", "record", "record", draft, "text", "words of mine").is(http.StatusNotFound, "There is no published record of that id.", "words of mine")
}

// TestPrivateNotes plants a marker in a note and looks for it everywhere.
func TestPrivateNotes(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	const marker = "marker-7f3a-private"
	page := recordPage(aStatement)
	coder.post("/desk/notes", "record", aStatement, "text", "").is(http.StatusBadRequest, "This is needed.")
	coder.post("/desk/notes", "record", "statements:none", "text", "x").is(http.StatusNotFound)
	r.as("reader").post("/desk/notes", "record", aStatement, "text", "x").is(http.StatusForbidden)
	mine := coder.follow(coder.post("/desk/notes", "record", aStatement, "text", marker)).is(http.StatusOK, "The note is kept, for you alone.", marker, "private")
	note := mine.hidden("/desk/notes/change")[0]
	coder.get("/desk/notes").is(http.StatusOK, marker)
	coder.get("/desk/notes").is(http.StatusOK, "Estonia")
	hiddenFrom := func() {
		t.Helper()
		for _, name := range []string{"reader", secondCoder, "reviewer", "editor", "admin"} {
			p := r.as(name)
			for _, path := range []string{
				page, "/desk/discuss?record=" + aStatement, "/desk/notes", "/desk", "/desk/log", "/desk/queue?state=draft&words=" + marker, "/desk/audit",
				"/propositions/norm-13k", "/propositions/norm-13k.json", "/actors/est.csv", "/search?q=" + marker, "/desk/records/notes/" + strings.ReplaceAll(note["id"], "#", "%23"),
			} {
				if a := p.get(path); strings.Contains(strings.ReplaceAll(a.body, "q="+marker, ""), marker) && !strings.Contains(path, marker) {
					t.Errorf("%s finds the note on %s", name, path)
				}
			}
			a := p.post("/desk/notes/change", "record", aStatement, "id", note["id"], "version", "1", "do", "save", "text", "theirs")
			if a.code != http.StatusNotFound && a.code != http.StatusForbidden {
				t.Errorf("%s changes it: %d", name, a.code)
			}
			a.not(marker)
		}
	}
	hiddenFrom()
	change := func(version, do, text string, more ...string) answer {
		return coder.post("/desk/notes/change", append([]string{"from", "notes", "record", aStatement, "id", note["id"], "version", version, "do", do, "text", text}, more...)...)
	}
	change("1", "", marker).is(http.StatusBadRequest, "It is not said what to do.")
	change("1", "save", "").is(http.StatusBadRequest, "This is needed.")
	coder.follow(change("1", "save", marker+" again")).is(http.StatusOK, "The note was changed.", marker+" again")
	lost := change("1", "save", marker+" from another window")
	lost.is(http.StatusConflict, "Somebody else changed this record meanwhile", marker+" again", marker+" from another window")
	hiddenFrom()
	// Shared by its writer only: it is a comment now, and a note no more.
	coder.follow(change("2", "comment", marker)).is(http.StatusOK, "The note was shared.", "You have no note.")
	r.as(secondCoder).get(page).is(http.StatusOK, marker+" again", "was a private note")
	r.as("reader").get("/propositions/norm-13k").is(http.StatusOK).not(marker)
	// Another is dropped.
	made := coder.follow(coder.post("/desk/notes", "record", aStatement, "text", "a second one"))
	second := made.hidden("/desk/notes/change")[0]
	coder.follow(coder.post("/desk/notes/change", "record", aStatement, "id", second["id"], "version", "1", "do", "drop")).is(http.StatusOK, "The note was dropped.").not("a second one")
	// A third goes into the remark of a draft of the coder's.
	read := coder.paper()
	coder.code(read, "2", "law-ihl", "affirms")
	draft := record(coder.get("/desk/drafts").ticks()[0])
	third := coder.follow(coder.post("/desk/notes", "record", draft, "text", "seen twice")).hidden("/desk/notes/change")[0]
	coder.follow(coder.post("/desk/notes/change", "record", draft, "id", third["id"], "version", "1", "seen", third["seen"], "do", "remark", "text", "seen twice")).is(http.StatusOK, "The note was shared.")
	coder.get("/desk/drafts").is(http.StatusOK, "seen twice")
}
