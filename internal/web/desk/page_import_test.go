package desk_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/internal/auth"
	"entente/internal/ingest/all"
	"entente/internal/store"
	"entente/internal/workbench"
)

// importTable is a synthetic table with columns of its own; its last row names a
// proposition that the corpus does not have.
const importTable = "country;norm;position;day;document;para\n" +
	"Estonia;law-ihl;supports;19.02.2021;%[1]s;para. 3\n" +
	"Japan;law-ihl;loves it;20.02.2021;%[1]s;para. 4\n" +
	"Japan;law-of-the-sea;opposes;21.02.2021;%[1]s;para. 5\n"

// mapped are the settings that read it, as the form has them. The word "loves it"
// is translated by somebody.
func mapped(more ...string) []string {
	return append([]string{
		"table", "statements", "separator", "auto", "from:actor", "country", "from:proposition", "norm", "from:stance", "position", "words:stance", "supports = affirms\nloves it = affirms-with-conditions\nopposes = rejects",
		"from:date", "day", "date:date", "DD.MM.YYYY", "from:source", "document", "from:pinpoint", "para", "fixed:coder", "imported", "fixed:checked", "no", "fixed:date_level", "secondary", "unknown", "problem", "do", "preview",
	}, more...)
}

// published is the id of a source that the corpus has.
func (r *room) anySource() string {
	r.t.Helper()
	c, _, err := r.bench.Store.Corpus(r.t.Context())
	if err != nil || len(c.Sources) == 0 {
		r.t.Fatal(err)
	}
	return string(c.Sources[0].ID)
}

// startImport brings a file in and gives the address of its import.
func (p *person) bring(name, data string, list ...string) string {
	p.t.Helper()
	a := p.send("/desk/import", name, []byte(data), list...)
	to := a.header.Get("Location")
	if a.code != http.StatusSeeOther || !strings.HasPrefix(to, "/desk/import/") {
		p.t.Fatalf("status %d to %q: %s", a.code, to, a.shown())
	}
	return to
}

// TestImportOfATable goes the whole way: file, guess, settings, preview, drafts,
// report, and the same file again.
func TestImportOfATable(t *testing.T) {
	r := newRoom(t)
	editor := r.as("editor")
	data := fmt.Sprintf(importTable, r.anySource())
	editor.get("/desk/import").is(http.StatusOK, "Look at the file", "Nobody has saved settings yet.", "Table with any columns, as CSV")
	job := editor.bring("coded.csv", data)
	page := editor.get(job).is(http.StatusOK, "How to read coded.csv", "What fills which column", "supports · ", "say what these words mean: loves it")
	if page.input("words:stance") == "" && !strings.Contains(page.body, "supports = affirms") {
		t.Error("the words that are plain were not guessed")
	}
	// A wrong setting stands beside its column, and nothing typed is lost.
	wrong := mapped()
	wrong[slices.Index(wrong, "DD.MM.YYYY")] = "soon"
	editor.post(job, wrong...).is(http.StatusBadRequest, "\"soon\" is not a way to write dates", "Write it with YYYY, MM or MMM, and DD.")
	editor.post(job, "table", "statements", "separator", "auto", "unknown", "problem", "do", "preview").is(http.StatusBadRequest, "Nothing fills actor", "Nothing fills source")
	if got := editor.post(job, append(wrong, "words:finding", "")...).input("fixed:coder"); got != "imported" {
		t.Errorf("the fixed value is lost: %q", got)
	}

	to := editor.post(job, mapped("save-as", "Our table")...)
	if got := to.header.Get("Location"); got != job+"/preview" {
		t.Fatalf("status %d to %q: %s", to.code, got, to.shown())
	}
	preview := editor.get(job+"/preview").is(http.StatusOK, "What would become of coded.csv", "3 rows. Nothing is written yet.", "new 2", "problem 1", "law-of-the-sea")
	editor.get(job+"/preview?outcome=problem").is(http.StatusOK, "law-of-the-sea").not("para. 3")
	editor.get(job+"/preview?outcome=nonsense").is(http.StatusBadRequest, "the value is not in the list")
	rows, err := csv.NewReader(strings.NewReader(editor.get(job + "/preview.csv").body)).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Errorf("%v: %d rows", err, len(rows))
	}
	digest := preview.input("digest")
	editor.post(job+"/apply", "digest", digest).is(http.StatusBadRequest, "Choose what the records become.")
	editor.post(job+"/apply", "digest", "0", "state", "draft").is(http.StatusConflict, "Somebody changed records of this import since you looked.")
	done := editor.post(job+"/apply", "digest", digest, "state", "draft")
	report := editor.follow(done).is(http.StatusOK, "2 records were written.", "What became of coded.csv", "2 records were written as draft", "The change, and how to take it back")
	if n := strings.Count(report.shown(), "new written"); n != 2 {
		t.Errorf("%d rows are told to be written: %s", n, report.shown())
	}
	if a := editor.get(job + "/report.json"); a.data()["written"] != 2.0 || !strings.Contains(a.body, `"schema": "entente.import/1"`) {
		t.Errorf("%s", a.body)
	}
	editor.get(job).is(http.StatusSeeOther)
	editor.get(job + "/preview").is(http.StatusSeeOther)

	// The same file by the saved settings: nothing is written.
	again := editor.bring("coded.csv", data, "mapping", "our-table")
	editor.post(again, mapped()...).is(http.StatusSeeOther)
	second := editor.get(again+"/preview").is(http.StatusOK, "there already 2", "problem 1")
	editor.follow(editor.post(again+"/apply", "digest", second.input("digest"), "state", "draft")).is(http.StatusOK, "Nothing was written: all was there already.")
	editor.get("/desk/import").is(http.StatusOK, "Our table", "coded.csv", "done")
	// The terminal reads the saved settings.
	file := editor.get("/desk/mappings/our-table").is(http.StatusOK)
	if s, err := all.Load("our-table.json", []byte(file.body)); err != nil || s.Name != "Our table" || s.Table == nil || s.Table.Kind != "statements" {
		t.Errorf("%v: %s", err, file.body)
	}
	editor.get("/desk/mappings/none").is(http.StatusNotFound)
	base := editor.get("/desk/import").input("base")
	editor.post("/desk/import/mappings/drop", "mapping", "our-table", "base", "7").is(http.StatusConflict)
	editor.follow(editor.post("/desk/import/mappings/drop", "mapping", "our-table", "base", base)).is(http.StatusOK, "Nobody has saved settings yet.")
}

// TestImportIsPublished: published at once, the public comparison changes; as a
// draft it does not.
func TestImportIsPublished(t *testing.T) {
	r := newRoom(t)
	editor := r.as("editor")
	row := "actor,proposition,stance,date,source,pinpoint,coder,checked,note,id,date_level\n" +
		"est,law-due-diligence,rejects,2026-01-02," + r.anySource() + ",para. 99,imported,yes,a synthetic remark,imported-1,primary\n"
	job := editor.bring("one.csv", row, "table", "statements")
	apply := func(job, state string) answer {
		editor.post(job, "table", "statements", "separator", "comma", "from:id", "id", "from:actor", "actor", "from:proposition", "proposition", "from:stance", "stance", "from:date", "date", "from:source", "source",
			"from:pinpoint", "pinpoint", "from:coder", "coder", "from:checked", "checked", "from:note", "note", "from:date_level", "date_level", "unknown", "problem", "do", "preview").is(http.StatusSeeOther)
		page := editor.get(job+"/preview").is(http.StatusOK, "One row. Nothing is written yet.")
		return editor.post(job+"/apply", "digest", page.input("digest"), "state", state)
	}
	compare := "/compare/est/jpn.json"
	before := editor.get(compare).body
	editor.follow(apply(job, "draft")).is(http.StatusOK, "One record was written.")
	if strings.Contains(editor.get(compare).body, "imported-1") || editor.get(compare).body != before {
		t.Error("a draft shows in the public comparison")
	}
	again := editor.bring("one.csv", row, "table", "statements")
	editor.follow(apply(again, "published")).is(http.StatusOK, "One record was written.")
	if !strings.Contains(editor.get(compare).body, "imported-1") {
		t.Error("the public comparison did not change")
	}
	entries, err := r.bench.Store.List(t.Context(), store.Query{Kinds: []string{"statements"}, States: []store.State{store.Published}, Facets: store.Facets{Coder: "imported"}})
	if err != nil || len(entries) != 1 {
		t.Errorf("%v: %d", err, len(entries))
	}
	// Somebody edits it here: the file does not win unless one says so.
	v := entries[0]
	edited := strings.Replace(string(v.Body), "a synthetic remark", "edited here", 1)
	if _, err := r.bench.Store.Save(t.Context(), store.Reason{Who: "reviewer", Why: "a test", Via: "web"}, store.Change{Key: v.Key, Base: v.Number, State: store.Draft, Body: []byte(edited)}); err != nil {
		t.Fatal(err)
	}
	third := editor.bring("one.csv", row, "table", "statements")
	apply(third, "draft")
	left := editor.get(third+"/report").is(http.StatusOK, "edited here since 1", "reviewer changed it on", "Nothing was written")
	if left.code != http.StatusOK {
		t.Fatal(left.body)
	}
	fourth := editor.bring("one.csv", row, "table", "statements")
	editor.post(fourth, "table", "statements", "separator", "comma", "from:id", "id", "from:actor", "actor", "from:proposition", "proposition", "from:stance", "stance", "from:date", "date", "from:source", "source",
		"from:pinpoint", "pinpoint", "from:coder", "coder", "from:checked", "checked", "from:note", "note", "from:date_level", "date_level", "unknown", "problem", "do", "preview").is(http.StatusSeeOther)
	page := editor.get(fourth+"/preview").is(http.StatusOK, "the file wins in the one conflict", "note: edited here → a synthetic remark")
	editor.follow(editor.post(fourth+"/apply", "digest", page.input("digest"), "state", "draft", "wins", "statements:imported-1")).is(http.StatusOK, "One record was written.")
}

// TestImportIsRefused: files and forms that are none.
func TestImportIsRefused(t *testing.T) {
	r := newRoom(t)
	editor := r.as("editor")
	for _, c := range []struct {
		name, data string
		list       []string
		status     int
		want       string
	}{
		{"", "", nil, 400, "Choose a file."},
		{"notes.odt", "x", nil, 400, "The name of the file does not tell what it is."},
		{"x.csv", "", nil, 400, "The file is empty."},
		{"x.csv", "a,b\n1,2\n", []string{"kind", "poem"}, 400, "That is not in the list."},
		{"x.csv", "a,b\n1,2\n", []string{"table", "secrets"}, 400, "That is not in the list."},
		{"x.csv", "a,b\n1,2\n", []string{"mapping", "none"}, 400, "That is not in the list."},
		{"x.xlsx", "PK\x03\x04 this is no workbook", nil, 400, "not a"},
		{"x.xlsx", "\xd0\xcf\x11\xe0 old", nil, 400, "old or a locked workbook"},
	} {
		var file []byte
		if c.name != "" {
			file = []byte(c.data)
			if c.data == "" {
				file = []byte{}
			}
		}
		editor.send("/desk/import", c.name, file, c.list...).is(c.status, c.want)
	}
	// What is a database or a project by its name only is told when it is opened.
	job := editor.bring("broken.dna", "this is no database")
	editor.get(job).is(http.StatusUnprocessableEntity, "It did not work.")
	job = editor.bring("corpus.zip", "this is no archive")
	editor.post(job, "do", "preview").is(http.StatusSeeOther)
	editor.get(job+"/preview").is(http.StatusUnprocessableEntity, "Nothing was read.", "This is not a ZIP file")
	editor.get(job + "/preview.csv").is(http.StatusBadRequest)
	editor.follow(editor.post(job+"/drop")).is(http.StatusOK, "corpus.zip was dropped.")
	editor.get(job).is(http.StatusNotFound, "you have no such import")
	for _, path := range []string{"/desk/import/none", "/desk/import/" + strings.Repeat("0", 20), "/desk/import/..%2f..", "/desk/import/none/preview", "/desk/import/none/report.csv"} {
		editor.get(path).is(http.StatusNotFound)
	}
	// A file is kept for a day.
	job = editor.bring("old.csv", "a,b\n1,2\n")
	if err := r.bench.Store.ExpireBlobs(t.Context(), "application/x-entente-upload", time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	editor.get(job).is(http.StatusNotFound, "the file is kept no more")
	for i := range 20 {
		if a := editor.send("/desk/import", fmt.Sprintf("f%d.csv", i), []byte("a,b\n1,2\n")); a.code != http.StatusSeeOther {
			a.is(http.StatusBadRequest, "You have 10 files waiting.")
			return
		}
	}
	t.Error("the files that wait are not bounded")
}

// TestImportsArePrivate: an import under way is nobody else's business, in no
// page, log or file.
func TestImportsArePrivate(t *testing.T) {
	const marker = "zebrafinch"
	r := newRoom(t)
	editor := r.as("editor")
	job := editor.bring(marker+".csv", "country,norm,position,remark\nEstonia,law-ihl,supports,"+marker+"\n", "table", "statements")
	editor.get(job).is(http.StatusOK, marker)
	service := r.as("admin")
	id := strings.TrimPrefix(job, "/desk/import/")
	for _, path := range []string{
		job, job + "/preview", job + "/preview.csv", job + "/report", "/desk/import", "/desk/log", "/desk/log.csv", "/desk/log.json", "/desk/records/imports/" + id, "/desk/audit", "/desk/audit.csv", "/desk", "/search.json?q=" + "finch",
	} {
		a := service.get(path)
		a.body = strings.ReplaceAll(a.body, "imports:"+id, "") // what was asked for
		a.not(marker, id)
	}
	for name, list := range map[string][]string{job: mapped(), job + "/drop": nil, job + "/apply": {"state", "draft"}} {
		if a := service.post(name, list...); a.code != http.StatusNotFound {
			t.Errorf("%s: status %d", name, a.code)
		}
	}
	editor.get(job).is(http.StatusOK, marker) // it is still there
	for _, role := range []string{"reader", "coder", "reviewer"} {
		p := r.as(role)
		for _, path := range []string{"/desk/import", job, job + "/preview"} {
			p.get(path).is(http.StatusForbidden)
		}
		if a := p.send("/desk/import", "x.csv", []byte("a\n1\n")); a.code != http.StatusForbidden {
			t.Errorf("%s imports: status %d", role, a.code)
		}
	}
}

// TestImportOfReferences: sources as CSL JSON, with new ones in review.
func TestImportOfReferences(t *testing.T) {
	r := newRoom(t)
	editor := r.as("editor")
	data := `[{"id":"synthetic-1","type":"report","title":"A synthetic report","author":[{"literal":"A synthetic institute"}],"issued":{"date-parts":[[2024,5,6]]},"URL":"https://example.org/r"},
	{"id":"synthetic-2","type":"motion_picture","title":"A synthetic film","issued":{"date-parts":[[2020]]}}]`
	job := editor.bring("refs.json", data)
	editor.get(job).is(http.StatusOK, "References as CSL JSON", "Kinds of source by type of item")
	editor.post(job, "unknown", "problem", "kinds", "motion_picture", "do", "preview").is(http.StatusBadRequest, "This line is not “word = meaning”: motion_picture")
	editor.post(job, "unknown", "problem", "kinds", "motion_picture = poem", "do", "preview").is(http.StatusBadRequest, "poem")
	editor.post(job, "unknown", "problem", "do", "preview").is(http.StatusSeeOther)
	page := editor.get(job+"/preview").is(http.StatusOK, "new 1", "problem 1", "A synthetic")
	editor.follow(editor.post(job+"/apply", "digest", page.input("digest"), "state", "in-review")).is(http.StatusOK, "One record was written.")
	u := workbench.User{Name: "editor", Role: auth.Editor}
	list, _, err := r.bench.Queue(t.Context(), u, workbench.QueueFilter{Kinds: []string{"sources"}})
	if err != nil || len(list) != 1 || list[0].Cells["title"] != "A synthetic report" {
		t.Errorf("%v: %+v", err, list)
	}
}
