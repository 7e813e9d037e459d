package desk_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"entente/internal/auth"
)

func itoa(n int) string { return strconv.Itoa(n) }

func userRole(s string) auth.Role { return auth.Role(s) }

func TestReadForTheseIssues(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	read := coder.paper()
	page := coder.get(read+"/coverage").is(http.StatusOK, "64 of 64 propositions have neither", "Nothing found on all")
	if page.input("actor") != "Estonia" {
		t.Errorf("read for %q", page.input("actor"))
	}
	one := coder.post(read+"/coverage", "actor", "Estonia", "do", "nothing:law-ihl")
	if to := one.header.Get("Location"); one.code != http.StatusSeeOther || !strings.HasPrefix(to, read+"/coverage?actor=Estonia#issue-law-") {
		t.Fatalf("status %d to %q: %s", one.code, to, one.shown())
	}
	coder.follow(one).is(http.StatusOK, "Recorded: nothing found, one proposition.", "63 of 64", "read, and the question is not addressed")
	coder.post(read+"/coverage", "actor", "Estonia", "do", "named-open:law-due-diligence").is(http.StatusSeeOther)
	// All that is left of an issue: law-ihl is of the issue IHL, with four propositions.
	issue := coder.follow(coder.post(read+"/coverage", "actor", "Estonia", "do", "nothing-issue:law:IHL"))
	issue.is(http.StatusOK, "Recorded: nothing found, 3 propositions.", "59 of 64")
	coder.post(read+"/coverage", "actor", "Estonia", "do", "nothing-issue:law:IHL").is(http.StatusBadRequest, "Something is recorded on each of them already.")
	// A chosen list.
	coder.follow(coder.post(read+"/coverage", "actor", "Estonia", "do", "nothing", "proposition", "norm-13c", "proposition", "norm-13f")).is(http.StatusOK, "2 propositions", "57 of 64")
	for _, c := range []struct {
		list []string
		want string
	}{
		{[]string{"actor", "Estonia", "do", "nothing"}, "Tick at least one proposition."},
		{[]string{"actor", "Estonia", "do", "stance:law-ihl"}, "It is not said what was found."},
		{[]string{"actor", "Estonia"}, "It is not said what was found."},
		{[]string{"actor", "Estonia", "do", "nothing:law-of-the-sea"}, "No proposition is called that."},
		{[]string{"actor", "Atlantis", "do", "nothing:law-ihl"}, "No actor is called that."},
		{[]string{"actor", "", "do", "nothing:law-ihl"}, "This is needed."},
	} {
		coder.post(read+"/coverage", c.list...).is(http.StatusBadRequest, c.want)
		a := coder.postJSON(read+"/coverage", c.list...)
		if a.code != http.StatusBadRequest || !strings.Contains(a.body, c.want) {
			t.Errorf("%v as JSON: %d %s", c.list, a.code, a.body)
		}
	}
	// What somebody has coded is not nothing.
	coder.post(read+"/code", "paragraph", "4", "actor", "Estonia", "proposition", "law-cm-collective", "stance", "reserved").is(http.StatusSeeOther)
	coder.post(read+"/coverage", "actor", "Estonia", "do", "nothing:law-cm-collective").is(http.StatusBadRequest, "You have coded what est says of law-cm-collective")
	coder.get(read+"/coverage").is(http.StatusOK, "reserved: says that it has not decided", "56 of 64")
	// From beside the text, with and without a script.
	coder.postJSON(read+"/coverage", "actor", "Estonia", "do", "nothing", "proposition", "cbm-poc-directory", "from", "read").is(http.StatusBadRequest, "No proposition is called that.")
	a := coder.postJSON(read+"/coverage", "actor", "Estonia", "do", "nothing", "proposition", "norm-13k", "from", "read").is(http.StatusOK).data()
	if !strings.Contains(a["readings"].(string), "norm-13k") && !strings.Contains(a["readings"].(string), "read, and the question is not addressed") {
		t.Errorf("answer %v", a)
	}
	back := coder.post(read+"/coverage", "actor", "Estonia", "do", "named-open", "proposition", "norm-13j", "from", "read")
	if to := back.header.Get("Location"); to != read+"#readings" {
		t.Errorf("leads to %q", to)
	}
	// Taken back.
	page = coder.get(read + "/coverage")
	ids := page.find(func(n *html.Node) bool { return n.Data == "input" && attr(n, "name") == "reading" })
	if len(ids) != 6 {
		t.Fatalf("%d records", len(ids))
	}
	id := attr(ids[0], "value")
	r.as(secondCoder).post(read+"/coverage/drop", "reading", id, "base", "1").is(http.StatusForbidden)
	coder.post(read+"/coverage/drop", "reading", id, "base", "7").is(http.StatusConflict, "Somebody changed it meanwhile")
	coder.post(read+"/coverage/drop", "base", "1").is(http.StatusBadRequest)
	coder.follow(coder.post(read+"/coverage/drop", "reading", id, "base", "1")).is(http.StatusOK, "The record was taken back.")
	coder.get("/desk/records/coverage/"+url.PathEscape(id)).is(http.StatusOK, "retired")
}

func TestASourceWithoutADate(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	read := coder.send("/desk/documents/new", "", nil, "text", "An undated text of few words.", "title", "Undated", "kind", "webpage", "text_of", "Japan").is(http.StatusSeeOther).header.Get("Location")
	coder.get(read).is(http.StatusOK, "undated")
	coder.get(read+"/coverage").is(http.StatusOK, "The source has no date.").not(`value="nothing:law-ihl"`)
	coder.post(read+"/coverage", "actor", "Japan", "do", "nothing:law-ihl").is(http.StatusBadRequest, "The source has no date", "Give the source its date first.")
}

// TestBlindTask goes the whole way of a blind double coding.
func TestBlindTask(t *testing.T) {
	r := newRoom(t)
	coder, second, reviewer, editor := r.as("coder"), r.as(secondCoder), r.as("reviewer"), r.as("editor")
	read := coder.paper()
	doc := strings.TrimPrefix(read, "/desk/read/")
	coder.post("/desk/tasks", "document", doc, "coders", "coder").is(http.StatusForbidden)
	for _, c := range []struct {
		list []string
		want string
	}{
		{[]string{"coders", "coder"}, "This is needed."},
		{[]string{"document", doc}, "This is needed."},
		{[]string{"document", doc, "coders", "coder", "blind", "blind"}, "A blind task needs at least two coders."},
		{[]string{"document", doc, "coders", "nobody-here"}, "nobody-here has no account that may code."},
		{[]string{"document", doc, "coders", "reader"}, "reader has no account that may code."},
		{[]string{"document", doc, "coders", "coder", "proposition", "none"}, "is not the id of one of the propositions"},
		{[]string{"document", "none", "coders", "coder"}, "There is no such record."},
	} {
		a := editor.post("/desk/tasks", c.list...)
		if a.code != http.StatusBadRequest && a.code != http.StatusNotFound || !strings.Contains(a.shown(), c.want) {
			t.Errorf("%v: %d, %q is not in %s", c.list, a.code, c.want, a.shown())
		}
	}
	given := editor.post("/desk/tasks", "document", doc, "coders", "coder", "coders", secondCoder, "blind", "blind", "proposition", "law-ihl", "proposition", "law-due-diligence", "note", "Read with care.")
	editor.follow(given).is(http.StatusOK, "The source was given to 2 coders.", "To be read for 2 propositions.", "Blind, until all are done.")
	coder.get("/desk").is(http.StatusOK, "A synthetic paper")
	coder.get(read).is(http.StatusOK, "Your task.", "2 of them have neither a coding nor a finding of yours.", "Nothing is suggested in a blind task", "Read with care.").not("data-candidates")
	coder.getJSON(read+"/candidates?paragraph=2").is(http.StatusOK, "Nothing is suggested in a blind task").not("law-ihl")
	coder.post(read+"/code", "paragraph", "2", "actor", "Estonia", "proposition", "law-ihl", "stance", "affirms").is(http.StatusSeeOther)
	coder.get(read).is(http.StatusOK, "One of them has neither", "1 passage")
	second.get(read).is(http.StatusOK, "0 passages").not("<mark")
	reviewer.get(read).is(http.StatusOK, "0 passages", "Blind task.").not("<mark")
	id := coder.codings(read)[0].Statement.ID
	second.get(read + "/codings/" + url.PathEscape(id) + "/edit").is(http.StatusNotFound)
	page := coder.get(read)
	var task string
	for _, n := range page.find(func(n *html.Node) bool { return n.Data == "form" && strings.HasSuffix(attr(n, "action"), "/done") }) {
		task = strings.TrimSuffix(attr(n, "action"), "/done")
	}
	coder.get(read+"/coverage?task="+strings.TrimPrefix(task, "/desk/tasks/")).is(http.StatusOK, "1 of 2 propositions has neither")
	coder.post(task+"/done", "from", "read").is(http.StatusSeeOther)
	coder.get(read).is(http.StatusOK, "You are done; others are not yet.", "nothing can be coded in it until then").not(`action="` + read + `/code"`)
	coder.post(read+"/code", "paragraph", "3", "actor", "Estonia", "proposition", "norm-13c").is(http.StatusConflict, "You have finished this blind task")
	coder.post(task + "/reopen").is(http.StatusBadRequest)
	coder.follow(coder.post(task+"/reopen", "reason", "one page was stuck", "from", "read")).is(http.StatusOK, "You can code in this source again.")
	coder.get("/desk/tasks").is(http.StatusOK, "coder went on after being done: one page was stuck")
	coder.post(task + "/done").is(http.StatusSeeOther)
	editor.post(task + "/done").is(http.StatusForbidden)
	second.follow(second.post(task+"/done", "from", "read")).is(http.StatusOK, "All coders are done", "1 passage")
	reviewer.get(read).is(http.StatusOK, "1 passage")
	second.getJSON(read+"/candidates?paragraph=2").is(http.StatusOK, "law-ihl")
	// Two editors of one task.
	editor.get(task).is(http.StatusOK, "Change the task"[:6])
	editor.post(task, "version", "1", "coders", "coder").is(http.StatusConflict, "Somebody else changed this record meanwhile")
	editor.post(task+"/drop", "version", "1", "why", "not needed").is(http.StatusConflict)
	version := editor.get(task).input("version")
	editor.follow(editor.post(task+"/drop", "version", version, "why", "not needed")).is(http.StatusOK, "The task was dropped")
}

func TestCorrectATextAndWhatBecomesOfItsPassages(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	read := coder.paper()
	for _, c := range [][2]string{{"2", "armed conflict"}, {"3", "This is a duty of due diligence."}, {"4", "We have not yet decided on reprisals."}} {
		coder.post(read+"/code", "paragraph", c[0], "exact", c[1], "actor", "Estonia", "proposition", "law-ihl").is(http.StatusSeeOther)
	}
	stale := coder.get(read).input("document")
	coder.get(read+"/correct").is(http.StatusOK, "3 coded passages lie in it")
	coder.get(read+"/correct?paragraph=2").is(http.StatusOK, "One coded passage lies in it", "Correct paragraph 2")
	coder.get(read + "/correct?paragraph=77").is(http.StatusBadRequest)
	if got := coder.get(read + "/correct").input("text"); got != readPaper {
		t.Errorf("the form has %q", got)
	}
	same := coder.send(read+"/correct", "", nil, "base", "1", "text", readPaper)
	same.is(http.StatusBadRequest, "Nothing was changed.")
	coder.send(read+"/correct", "", nil, "base", "1", "text", " ").is(http.StatusBadRequest, "This is needed.")
	// One paragraph is corrected: a passage behind it moves.
	done := coder.send(read+"/correct?paragraph=1", "", nil, "base", "1", "text", "A synthetic position paper, corrected")
	done.is(http.StatusOK, "The text is corrected", "Passages that moved: 3; found by likeness: 0; not found any more: 0.", "para. 2")
	page := coder.get(read).is(http.StatusOK, "corrected once", "A synthetic position paper, corrected")
	if m := page.marks("3"); len(m) != 1 || !strings.HasSuffix(m[0], "This is a duty of due diligence.") {
		t.Errorf("marks %v", m)
	}
	// Somebody who read the text from before sends places of it: the words count.
	from := strings.Index(readPaper, "wrongful acts")
	a := coder.postJSON(read+"/code", "start", itoa(from), "end", itoa(from+13), "exact", "wrongful acts", "paragraph", "3", "document", stale, "actor", "Estonia", "proposition", "norm-13c").is(http.StatusOK)
	if !strings.Contains(a.data()["paragraphs"].(map[string]any)["3"].(string), ">wrongful acts</mark>") {
		t.Errorf("coded %s", a.body)
	}
	// Two who correct at once: the second sees what is there, and their words are kept.
	late := coder.send(read+"/correct?paragraph=2", "", nil, "base", "1", "text", "1. My words of this paragraph.")
	late.is(http.StatusConflict, "Somebody else changed this record meanwhile", "Above is the paragraph as it stands there now.")
	if late.input("text") != "1. My words of this paragraph." || late.input("base") != "2" {
		t.Errorf("the form has %q from version %s", late.input("text"), late.input("base"))
	}
	// A passage whose words go is told of, and stays marked in the list.
	gone := coder.send(read+"/correct?paragraph=4", "", nil, "base", "2", "text", "3. Nothing of this kind.")
	gone.is(http.StatusOK, "One passage was not found any more", "We have not yet decided on reprisals.")
	coder.get(read).is(http.StatusOK, "The text does not hold this passage any more.")
	// A document in which something is coded is not dropped; an empty one is.
	coder.post(read+"/drop", "base", "3", "why", "twice here").is(http.StatusConflict, "coded in it. Drop these codings first.")
	coder.post(read+"/drop", "base", "3").is(http.StatusBadRequest, "This is needed.")
	other := coder.send("/desk/documents/new", "", nil, "text", "Another text of few words.", "title", "Other", "kind", "webpage").is(http.StatusSeeOther).header.Get("Location")
	coder.follow(coder.post(other+"/drop", "base", "1", "why", "not needed")).is(http.StatusOK, "“Other” was taken back.")
	coder.get(other).is(http.StatusNotFound)
}
