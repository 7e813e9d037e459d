package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// blindTask gives the paper to both coders, blind, and gives the address of the
// task.
func (r *room) blindTask(read string) string {
	r.t.Helper()
	editor := r.as("editor")
	doc := strings.TrimPrefix(read, "/desk/read/")
	editor.post("/desk/tasks", "document", doc, "coders", "coder", "coders", secondCoder, "blind", "blind").is(http.StatusSeeOther)
	for _, n := range r.as("coder").get(read).find(func(n *html.Node) bool { return n.Data == "form" && strings.HasSuffix(attr(n, "action"), "/done") }) {
		return strings.TrimSuffix(attr(n, "action"), "/done")
	}
	r.t.Fatal("there is no task")
	return ""
}

// values of the hidden fields or radio buttons of a name.
func (a answer) values(name string) []string {
	var out []string
	for _, n := range a.find(func(n *html.Node) bool { return n.Data == "input" && attr(n, "name") == name }) {
		out = append(out, attr(n, "value"))
	}
	return out
}

// TestSettleADisagreement goes from two blind codings to one that stands.
func TestSettleADisagreement(t *testing.T) {
	r := newRoom(t)
	coder, second, reviewer, editor := r.as("coder"), r.as(secondCoder), r.as("reviewer"), r.as("editor")
	read := coder.paper()
	task := r.blindTask(read)
	coder.code(read, "2", "law-ihl", "affirms")
	coder.post(read+"/code", "paragraph", "4", "actor", "Estonia", "proposition", "law-cm-collective", "stance", "reserved", "note", "marker-of-the-first").is(http.StatusSeeOther)
	second.code(read, "2", "law-ihl", "affirms")
	second.code(read, "4", "law-cm-collective", "doubts")

	// While the task runs nobody sees the other's, on no page of these.
	mine := coder.get("/desk/drafts").is(http.StatusOK, "marker-of-the-first").ticks()
	for _, p := range []*person{second, reviewer, editor} {
		for _, page := range []string{
			"/desk/queue?state=draft", "/desk/queue?state=draft&words=marker", "/desk/drafts", "/desk/disagreements?show=all&everywhere=1", "/desk/disagreements.json?show=all",
			"/desk/reliability?basis=all", "/desk/reliability.json?basis=all", "/desk",
		} {
			p.get(page).is(http.StatusOK).not("marker-of-the-first", record(mine[0]), record(mine[1]))
		}
		p.get("/desk/discuss?record=" + url.QueryEscape(record(mine[0]))).is(http.StatusNotFound)
		p.post("/desk/comments", "record", record(mine[0]), "text", "hello").is(http.StatusNotFound)
	}
	reviewer.get("/desk/disagreements").is(http.StatusOK, "No disagreement is open.")
	reviewer.get("/desk/reliability").is(http.StatusOK, "No unit was judged by two coders yet", "blind tasks that are not done: 1", "none: no unit was judged by two coders")
	for _, p := range []*person{coder, second} {
		p.post(task + "/done").is(http.StatusSeeOther)
	}

	// Now both stand beside each other.
	reviewer.get("/desk").is(http.StatusOK, "Disagreements")
	list := reviewer.get("/desk/disagreements").is(http.StatusOK, "One unit.", "reserved", "doubts", "We have not yet decided whether", "coder", secondCoder, "Settle it", "marker-of-the-first").not("law-ihl&")
	reviewer.get("/desk/disagreements?show=all").is(http.StatusOK, "2 units.")
	reviewer.get("/desk/disagreements?actor=Japan").is(http.StatusOK, "Nothing fits.")
	reviewer.get("/desk/disagreements?show=some").is(http.StatusBadRequest)
	var unit string
	for _, n := range list.find(func(n *html.Node) bool { return strings.HasPrefix(attr(n, "href"), "/desk/disagreements/unit?") }) {
		unit = attr(n, "href")
	}
	coder.get(unit).is(http.StatusOK, "A reviewer settles it.").not("settle-form")
	coder.post(unit, "keep", "none").is(http.StatusForbidden)
	page := reviewer.get(unit).is(http.StatusOK, "Which coding stands", "that of coder: reserved", "that of coder-2: doubts")
	if strings.Contains(page.body, "checked") {
		t.Error("something is chosen already")
	}
	seen, keep := page.values("coding"), page.values("keep")
	if len(seen) != 2 || len(keep) != 3 {
		t.Fatalf("codings %v, choices %v", seen, keep)
	}
	form := func(more ...string) []string { return append([]string{"coding", seen[0], "coding", seen[1]}, more...) }
	for _, c := range []struct {
		list []string
		code int
		want string
	}{
		{form("keep", keep[0]), 400, "This is needed."},
		{form("reason", "said so"), 400, "Choose one."},
		{form("keep", "none", "reason", "said so"), 400, "Choose one."},
		{form("keep", "xyz", "reason", "said so"), 400, "This coding is gone."},
		{form("keep", keep[0], "value", "rejects", "reason", "said so"), 400, "The coding that you keep has another stance."},
		{form("keep", "none", "value", "perhaps", "reason", "said so"), 400, "The settled stance is not set."},
		{[]string{"coding", seen[0], "keep", keep[0], "reason", "said so"}, 409, "is new or has changed"},
	} {
		a := reviewer.post(unit, c.list...).is(c.code, c.want)
		if strings.Contains(strings.Join(c.list, " "), "said so") && a.input("reason") != "said so" {
			t.Errorf("%v: the reason is lost", c.list)
		}
	}
	done := reviewer.follow(reviewer.post(unit, form("keep", keep[0], "reason", "The paper says that it has not decided.")...))
	done.is(http.StatusOK, "It is settled.", "Settled:", "reserved", "The paper says that it has not decided.", "doubts", secondCoder, "stands", "retired", "marker-of-the-first").not("settle-form")
	reviewer.get("/desk/disagreements").is(http.StatusOK, "No disagreement is open.")
	reviewer.get("/desk/disagreements?show=settled").is(http.StatusOK, "doubts", "reserved", "Look at it", "The paper says that it has not decided.")
	var data struct{ n int }
	for _, u := range reviewer.get("/desk/disagreements.json?show=settled").is(http.StatusOK).data()["units"].([]any) {
		data.n++
		if s := u.(map[string]any)["settlement"].(map[string]any); s["by"] != "reviewer" || s["stance"] != "reserved" {
			t.Errorf("settlement %v", s)
		}
	}
	if data.n != 1 {
		t.Errorf("%d units", data.n)
	}
	if lines := strings.Count(reviewer.get("/desk/disagreements.csv?show=all").is(http.StatusOK).body, "\n"); lines != 5 {
		t.Errorf("%d lines, want a head and two codings of two units", lines)
	}

	// How far they agreed: one unit of two, by hand: 1 of 2 pairs the same.
	rel := reviewer.get("/desk/reliability").is(http.StatusOK, "judged 2 units (coder and coder-2): 1 of 2 pairs", "thin: few units", "coder and coder-2", "A synthetic paper", "1 of 2 pairs", "Wilson", "What is taken for what")
	rel.is(http.StatusOK, "Krippendorff")
	one := reviewer.get("/desk/reliability?proposition=law-ihl").is(http.StatusOK, "none: all judgments are the same word")
	if strings.Contains(one.shown(), "Alpha, nominal 0") {
		t.Error("what cannot be computed is a nought")
	}
	reviewer.get("/desk/reliability?coders=coder").is(http.StatusOK, "Name at least two coders")
	reviewer.get("/desk/reliability.csv?coders=coder").is(http.StatusBadRequest)
	reviewer.get("/desk/reliability?basis=some").is(http.StatusBadRequest)
	overall := reviewer.get("/desk/reliability.json").is(http.StatusOK).data()["overall"].(map[string]any)["nominal"].(map[string]any)
	if overall["pairable_units"] != 2.0 || overall["agreement"].(map[string]any)["pairs"] != 2.0 {
		t.Errorf("overall %v", overall)
	}
	// Krippendorff's alpha by hand: coincidences AA 2, RD 2 of n = 4. Observed
	// disagreement 2/4; expected (4·4 − 2² − 1² − 1²)/(4·3) = 10/12; alpha 1 − 0.6 = 0.4.
	if v := overall["alpha"].(map[string]any)["value"].(float64); v < 0.3999 || v > 0.4001 {
		t.Errorf("alpha %v, by hand 0.4", v)
	}
	csv := reviewer.get("/desk/reliability.csv").is(http.StatusOK).body
	if !strings.Contains(csv, "\npair,coder,coder-2,nominal,2,2,4,0.4000,") {
		t.Errorf("csv %s", csv)
	}
	if r.as("reader").get("/desk/reliability").code != http.StatusForbidden {
		t.Error("a reader reads it")
	}
}

// TestSettleOnNeither: the settlement makes a record of its own, and an editor's
// is public at once.
func TestSettleOnNeither(t *testing.T) {
	r := newRoom(t)
	coder, second, editor := r.as("coder"), r.as(secondCoder), r.as("editor")
	read := coder.paper()
	coder.code(read, "4", "law-cm-collective", "rejects")
	second.code(read, "4", "law-cm-collective", "doubts")
	unit := ""
	for _, n := range editor.get("/desk/disagreements").find(func(n *html.Node) bool { return strings.HasPrefix(attr(n, "href"), "/desk/disagreements/unit?") }) {
		unit = attr(n, "href")
	}
	page := editor.get(unit)
	seen := page.values("coding")
	editor.follow(editor.post(unit, "coding", seen[0], "coding", seen[1], "keep", "none", "value", "affirms-with-conditions", "conditions", "once decided by all", "reason", "neither saw the condition")).is(
		http.StatusOK, "what stands is public", "affirms with conditions", "once decided by all", "neither saw the condition", "rejects", "doubts")
	r.as("reader").get("/propositions/law-cm-collective").is(http.StatusOK, "A synthetic paper", "once decided by all")
	// Settled once; a second answer to the same page is told so.
	editor.post(unit, "coding", seen[0], "coding", seen[1], "keep", "none", "value", "affirms", "reason", "again").is(http.StatusBadRequest, "The codings agree.")
}
