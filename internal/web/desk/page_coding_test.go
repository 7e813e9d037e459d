package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"entente/internal/workbench"
)

// marks gives what is marked in a paragraph, as "classes: words".
func (a answer) marks(paragraph string) []string {
	var out []string
	for _, p := range a.find(func(n *html.Node) bool { return attr(n, "id") == "p"+paragraph }) {
		for n := range p.Descendants() {
			if n.Data == "mark" {
				out = append(out, attr(n, "class")+": "+inner(n))
			}
		}
	}
	return out
}

// codings are what the bench has of the document of a reading page, for a coder.
func (p *person) codings(read string) []workbench.Placed {
	p.t.Helper()
	role := map[string]workbench.User{}
	for _, r := range []string{"coder", "reviewer", "editor", "admin"} {
		role[r] = workbench.User{Name: r, Role: userRole(r)}
	}
	role[secondCoder] = workbench.User{Name: secondCoder, Role: userRole("coder")}
	list, err := p.bench.Codings(p.t.Context(), role[p.name], strings.TrimPrefix(read, "/desk/read/"))
	if err != nil {
		p.t.Fatal(err)
	}
	return list
}

// TestCodeWithoutScripts: the form takes a paragraph's number and the words.
func TestCodeWithoutScripts(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	read := coder.paper()
	done := coder.post(read+"/code", "paragraph", "3", "exact", "This is a duty  of\r\ndue diligence.", "actor", "Estonia", "proposition", "law-due-diligence")
	if to := done.header.Get("Location"); done.code != http.StatusSeeOther || to != read+"#p3" {
		t.Fatalf("status %d to %q: %s", done.code, to, done.shown())
	}
	page := coder.follow(done).is(http.StatusOK, "Coded: law-due-diligence, para. 2.", "stance not set", "1 passage", "you", "draft")
	if diff := cmp.Diff([]string{"q q-mine q-draft: This is a duty of due diligence."}, page.marks("3")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	list := coder.codings(read)
	if len(list) != 1 {
		t.Fatalf("%d codings", len(list))
	}
	st := list[0].Statement
	if st.Stance != "" || st.Actor != "est" || st.Pinpoint != "para. 2" || st.Date.String() != "2025-05-04" || st.Coder != "coder" || list[0].Quotation.Exact != "This is a duty of due diligence." {
		t.Errorf("coded %+v of %q", st, list[0].Quotation.Exact)
	}
	// The whole paragraph, and all the fields.
	coder.post(read+"/code", "paragraph", "4", "actor", "EE", "proposition", "LAW-CM-COLLECTIVE", "stance", "reserved", "conditions", "none yet", "date", "2025-05",
		"date_basis", "not-later-than", "pinpoint", "p. 1, para. 3", "note", "Said twice.").is(http.StatusSeeOther)
	st = coder.codings(read)[1].Statement
	if st.Stance != "reserved" || st.Conditions != "none yet" || st.Date.String() != "2025-05" || st.DateBasis != "not-later-than" || st.Pinpoint != "p. 1, para. 3" || st.Note != "Said twice." {
		t.Errorf("coded %+v", st)
	}
	coder.get(read).is(http.StatusOK, "reserved: says that it has not decided", "Conditions: none yet", "2 passages")
}

func TestCodingsThatAreRefused(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	read := coder.paper()
	for _, c := range []struct {
		list []string
		want string
	}{
		{[]string{"proposition", "law-ihl"}, "Select a passage, or give the number of its paragraph."},
		{[]string{"proposition", "law-ihl", "exact", "armed peace"}, "These words do not stand in the text."},
		{[]string{"proposition", "law-ihl", "exact", "armed peace", "paragraph", "2"}, "These words do not stand in paragraph 2."},
		{[]string{"proposition", "law-ihl", "exact", "wrongful acts", "paragraph", "2"}, "These words do not stand in paragraph 2, but in paragraph 3."},
		{[]string{"proposition", "law-ihl", "exact", "We have not yet decided", "paragraph", "4"}, "These words stand more than once in paragraph 4."},
		{[]string{"proposition", "law-ihl", "exact", "is", "paragraph", ""}, "These words stand in paragraph 3 and in paragraph"},
		{[]string{"proposition", "law-ihl", "paragraph", "6"}, "There is no such paragraph; they go from 1 to 5."},
		{[]string{"proposition", "law-ihl", "paragraph", "two"}, "There is no such paragraph"},
		{[]string{"proposition", "law-of-the-sea", "paragraph", "2"}, "No proposition is called that."},
		{[]string{"proposition", "", "paragraph", "2"}, "This is needed."},
		{[]string{"proposition", "law-ihl", "paragraph", "2", "stance", "loves"}, "That is not in the list."},
		{[]string{"proposition", "law-ihl", "paragraph", "2", "date", "soon"}, "That is not a date."},
		{[]string{"proposition", "law-ihl", "paragraph", "2", "date_basis", "not-later-than"}, "This is needed."},
		{[]string{"proposition", "law-ihl", "paragraph", "2", "instrument", "no-such-thing"}, "No instrument is called that."},
		{[]string{"proposition", "law-ihl", "paragraph", "2", "conditions", "a\x00b"}, "There is a control character in it."},
	} {
		list := append([]string{"actor", "Estonia"}, c.list...)
		page := coder.post(read+"/code", list...).is(http.StatusBadRequest, c.want, "The form says what is missing.")
		sent := fields(list)
		for _, name := range []string{"actor", "proposition", "exact", "paragraph"} { // what was typed is still there
			if got, want := page.input(name), sent.Get(name); got != want {
				t.Errorf("%v: the field %s has %q, want %q", c.list, name, got, want)
			}
		}
		a := coder.postJSON(read+"/code", list...)
		if a.code != http.StatusBadRequest || len(a.data()["errors"].([]any)) == 0 || !strings.Contains(a.body, c.want) {
			t.Errorf("%v as JSON: %d %s", c.list, a.code, a.body)
		}
	}
	coder.post(read+"/code", "actor", "Atlantis", "proposition", "law-ihl", "paragraph", "2").is(http.StatusBadRequest, "No actor is called that.")
	if list := coder.codings(read); len(list) != 0 {
		t.Errorf("something was coded: %+v", list)
	}
	coder.postJSON("/desk/read/none/code", "paragraph", "1").is(http.StatusNotFound, "There is no such record.")
}

// TestCodeWithScripts: the island sends places, and gets what changed.
func TestCodeWithScripts(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	read := coder.paper()
	hash := coder.get(read).input("document")
	start := strings.Index(readPaper, "2. States") // the paper is ASCII: bytes are code points
	all := "2. States should not allow their territory to be used for wrongful acts. This is a duty of due diligence."
	send := func(words string, more ...string) answer {
		from := strings.Index(readPaper, words)
		return coder.postJSON(read+"/code", append([]string{"start", itoa(from), "end", itoa(from + len(words)), "exact", words, "paragraph", "3", "document", hash, "actor", "Estonia"}, more...)...)
	}
	one := send(all, "proposition", "norm-13c", "stance", "affirms").is(http.StatusOK).data()
	if one["count"] != "1 passage" || !strings.Contains(one["message"].(string), "para. 2") {
		t.Errorf("answer %v", one)
	}
	two := send("This is a duty of due diligence.", "proposition", "law-due-diligence").is(http.StatusOK).data()
	if !strings.Contains(two["message"].(string), "Its stance is not set.") {
		t.Errorf("an unset stance is not told: %v", two["message"])
	}
	if rows := two["rows"].(map[string]any); len(rows) != 2 {
		t.Errorf("%d rows; both change, since they overlap now", len(rows))
	} else {
		for _, html := range rows {
			if !strings.Contains(html.(string), "Overlaps with:") {
				t.Errorf("the overlap is not told in words: %s", html)
			}
		}
	}
	page := coder.get(read).is(http.StatusOK, "Overlaps with: law-due-diligence", "Overlaps with: norm-13c")
	want := []string{
		"q q-mine q-draft: 2. States should not allow their territory to be used for wrongful acts. ",
		"q q-mine q-draft q-many: This is a duty of due diligence.",
	}
	if diff := cmp.Diff(want, page.marks("3")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	inside := two["paragraphs"].(map[string]any)["3"].(string)
	if !strings.Contains(page.body, `<p class="rp-text">`+inside+"</p>") {
		t.Errorf("the script puts in another paragraph than the page has: %s", inside)
	}
	for _, html := range two["rows"].(map[string]any) {
		if !strings.Contains(page.body, strings.TrimSpace(html.(string))) {
			t.Errorf("the script puts in another row than the page has: %s", html)
		}
	}
	// A place that does not hold the words is not believed.
	a := coder.postJSON(read+"/code", "start", itoa(start+5), "end", itoa(start+20), "exact", "armed conflict", "paragraph", "2", "document", hash, "actor", "Estonia", "proposition", "law-ihl").is(http.StatusOK)
	if !strings.Contains(a.data()["paragraphs"].(map[string]any)["2"].(string), ">armed conflict</mark>") {
		t.Errorf("coded %s", a.body)
	}
}

func TestHostileTextIsEscaped(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	read := coder.paper()
	coder.post(read+"/code", "paragraph", "5", "exact", `A <b>mark</b> & "quotes"`, "actor", "Estonia", "proposition", "law-ihl", "conditions", "<script>alert(1)</script>", "note", `"><img src=x>`).is(http.StatusSeeOther)
	page := coder.get(read).is(http.StatusOK, `A <b>mark</b> & "quotes"`, "<script>alert(1)</script>")
	page.not("<b>mark", "<script>alert", "<img src=x")
	if diff := cmp.Diff([]string{`q q-mine q-draft: A <b>mark</b> & "quotes"`}, page.marks("5")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestEditAndTakeBack(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	read := coder.paper()
	coder.post(read+"/code", "paragraph", "2", "actor", "Estonia", "proposition", "law-ihl").is(http.StatusSeeOther)
	id := coder.codings(read)[0].Statement.ID
	edit := read + "/codings/" + url.PathEscape(id) + "/edit"
	coder.get(edit).is(http.StatusOK, "Edit a coding", "Leave passage and paragraph empty", "stance not set")
	form := coder.getJSON(edit).is(http.StatusOK).data()["fields"].(map[string]any)
	for name, want := range map[string]string{"base": "1", "actor": "Estonia", "proposition": "law-ihl", "stance": "unset", "pinpoint": "", "date": "", "paragraph": "2"} {
		if form[name] != want {
			t.Errorf("the field %s has %q, want %q", name, form[name], want)
		}
	}
	// Another coder's coding is not one's own; a reviewer may change it.
	other := r.as(secondCoder)
	other.get(edit).is(http.StatusOK, "It is somebody else’s coding.")
	other.post(edit, "base", "1", "actor", "Estonia", "proposition", "law-ihl", "stance", "rejects").is(http.StatusForbidden, "It is the coding of coder.")
	coder.post(edit, "base", "1", "passage", form["passage"].(string), "actor", "Estonia", "proposition", "law-ihl", "stance", "affirms").is(http.StatusSeeOther)
	if p := coder.codings(read)[0]; p.Statement.Stance != "affirms" || p.Quotation.Paragraph != 2 || p.Version != 2 {
		t.Errorf("edited to %+v", p)
	}
	// Two editors: the second one sees both, and what was typed; sent again it goes on from what is there.
	reviewer := r.as("reviewer")
	conflict := reviewer.post(edit, "base", "1", "actor", "Estonia", "proposition", "law-ihl", "stance", "affirms-with-conditions", "conditions", "in armed conflict only")
	conflict.is(http.StatusConflict, "Somebody else changed this record meanwhile", "coder saved version 2", "in armed conflict only")
	if got := conflict.input("base"); got != "2" {
		t.Errorf("the form goes on from version %q", got)
	}
	if a := reviewer.postJSON(edit, "base", "1", "actor", "Estonia", "proposition", "law-ihl"); a.code != http.StatusConflict {
		t.Errorf("the script gets %d", a.code)
	}
	reviewer.post(edit, "base", "2", "actor", "Estonia", "proposition", "law-ihl", "stance", "affirms-with-conditions", "conditions", "in armed conflict only").is(http.StatusSeeOther)
	// To another passage: the old paragraph loses its mark, the pinpoint follows.
	a := coder.postJSON(edit, "base", "3", "passage", form["passage"].(string), "exact", "wrongful acts", "paragraph", "3", "actor", "Estonia", "proposition", "law-ihl", "stance", "affirms").is(http.StatusOK).data()
	paragraphs := a["paragraphs"].(map[string]any)
	if len(paragraphs) != 2 || strings.Contains(paragraphs["2"].(string), "<mark") || !strings.Contains(paragraphs["3"].(string), ">wrongful acts</mark>") {
		t.Errorf("answer %v", paragraphs)
	}
	if p := coder.codings(read)[0]; p.Statement.Pinpoint != "para. 2" {
		t.Errorf("pinpoint %q", p.Statement.Pinpoint)
	}
	drop := read + "/codings/" + url.PathEscape(id) + "/drop"
	other.post(drop, "base", "4").is(http.StatusForbidden, "It is the coding of coder.")
	coder.post(drop, "base", "2").is(http.StatusConflict, "Somebody else changed this record meanwhile")
	coder.post(drop, "base", "none").is(http.StatusBadRequest)
	coder.postJSON(drop, "base", "2").is(http.StatusConflict)
	gone := coder.postJSON(drop, "base", "4").is(http.StatusOK).data()
	if rows, ok := gone["rows"]; ok || gone["count"] != "0 passages" {
		t.Errorf("answer %v, rows %v", gone, rows)
	}
	coder.get(edit).is(http.StatusNotFound)
	coder.get("/desk/records/statements/"+url.PathEscape(id)).is(http.StatusOK, "retired")
}

func TestSuggestions(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	read := coder.paper()
	a := coder.getJSON(read + "/candidates?paragraph=2").is(http.StatusOK).data()
	list := a["candidates"].([]any)
	if len(list) == 0 || list[0].(map[string]any)["proposition"] != "law-ihl" {
		t.Fatalf("suggested %v", list)
	}
	first := list[0].(map[string]any)
	if why := first["why"].(string); !strings.Contains(why, "Learned from") || !strings.Contains(why, "in 100 such suggestions were right") {
		t.Errorf("it is not told why: %q", why)
	}
	// The figures of docs/methods/candidates.md: 166 of 330 first, 244 among the first five.
	rate := a["rate"].(string)
	for _, want := range []string{"166 of 330 passages (50 %)", "244 of 330 (74 %)", "nothing is coded by them"} {
		if !strings.Contains(rate, want) {
			t.Errorf("%q is not in %q", want, rate)
		}
	}
	page := coder.get(read+"?paragraph=2").is(http.StatusOK, "Paragraph 2 may speak to", "166 of 330 passages (50 %)")
	use := page.find(func(n *html.Node) bool {
		return n.Data == "a" && strings.HasSuffix(attr(n, "href"), "proposition=law-ihl#code")
	})
	if len(use) != 1 {
		t.Fatalf("%d links to use it", len(use))
	}
	to, _, _ := strings.Cut(attr(use[0], "href"), "#")
	form := coder.get(to).is(http.StatusOK)
	if form.input("proposition") != "law-ihl" || form.input("paragraph") != "2" {
		t.Errorf("the form has %q in paragraph %q", form.input("proposition"), form.input("paragraph"))
	}
	if list := coder.codings(read); len(list) != 0 {
		t.Errorf("a suggestion coded %+v", list)
	}
	for path, code := range map[string]int{"/candidates": 400, "/candidates?paragraph=x": 400, "/candidates?paragraph=99": 404} {
		if a := coder.getJSON(read + path); a.code != code {
			t.Errorf("%s: %d, want %d", path, a.code, code)
		}
	}
}
