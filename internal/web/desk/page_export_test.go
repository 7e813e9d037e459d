package desk_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/ingest/all"
	"entente/internal/ingest/csl"
	"entente/internal/store"
	"entente/internal/workbench"
)

// unpack gives the members of a ZIP file; a spreadsheet is one too.
func (a answer) unpack() map[string]string {
	a.t.Helper()
	z, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
	if err != nil {
		a.t.Fatalf("status %d, %v", a.code, err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			a.t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			a.t.Fatal(err)
		}
		out[f.Name] = string(b)
	}
	return out
}

// TestWhoExports asks as every role.
func TestWhoExports(t *testing.T) {
	r := newRoom(t)
	for _, role := range auth.Roles() {
		p := r.as(string(role))
		want := http.StatusOK
		if !auth.Allowed(role, auth.Export) {
			want = http.StatusForbidden
		}
		for _, path := range []string{"/desk/export", "/desk/export/actors.csv"} {
			if a := p.get(path); a.code != want {
				t.Errorf("%s: %s gets %d, want %d", path, role, a.code, want)
			}
		}
	}
	nobody := &person{r, "", map[string]string{}}
	if a := nobody.get("/desk/export/corpus.zip"); a.code != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/signin") {
		t.Errorf("a stranger gets %d", a.code)
	}
}

// TestExportForms: each form carries licence, citation, query, date and version
// of the corpus, and the whole corpus can be read again.
func TestExportForms(t *testing.T) {
	r := newRoom(t)
	p := r.as("reader")
	c, _, err := r.bench.Store.Corpus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.get("/desk/export").is(http.StatusOK, "Only what is published", c.Info.Licence, c.Info.Version, "The whole corpus")
	if a := p.get("/desk/export/choose?table=statements&form=xlsx&actor=est&proposition=&known_at="); a.code != http.StatusSeeOther || a.header.Get("Location") != "/desk/export/statements.xlsx?actor=est" {
		t.Errorf("%d to %q", a.code, a.header.Get("Location"))
	}
	want := len(c.StatementsBy("est"))
	if want == 0 {
		t.Fatal("the corpus has no statement of Estonia")
	}
	about := []string{c.Info.Licence, c.Info.Version, c.Info.Released.String(), "actor est", "version " + c.Info.Version, "/desk/export/statements."}

	files := p.get("/desk/export/statements.csv?actor=est").unpack()
	if got := strings.Count(files["statements.csv"], "\nest") + strings.Count(files["statements.csv"], ",est,"); got < want {
		t.Errorf("%d rows of Estonia, want %d", got, want)
	}
	if strings.Contains(files["statements.csv"], ",jpn,") {
		t.Error("Japan is in the table of Estonia")
	}
	for _, name := range []string{"sources.csv", "codebook.csv", "read-me.txt"} {
		if files[name] == "" {
			t.Errorf("the CSV lacks %s", name)
		}
	}
	book := p.get("/desk/export/statements.xlsx?actor=est").unpack()
	var sheets strings.Builder
	for _, f := range book {
		sheets.WriteString(f)
	}
	data := p.get("/desk/export/statements.json?actor=est").data()
	if rows := data["rows"].([]any); len(rows) != want {
		t.Errorf("%d rows as JSON, want %d", len(rows), want)
	}
	for _, words := range about {
		for name, text := range map[string]string{"csv": files["read-me.txt"], "xlsx": sheets.String(), "json": p.get("/desk/export/statements.json?actor=est").body} {
			if !strings.Contains(text, words) {
				t.Errorf("%s does not say %q", name, words)
			}
		}
	}

	corpus := fstest.MapFS{}
	for name, text := range p.get("/desk/export/corpus.zip").unpack() {
		corpus[name] = &fstest.MapFile{Data: []byte(text)}
	}
	again, err := datapackage.Read(corpus)
	if err != nil {
		t.Fatal(err)
	}
	if diff := datapackage.Diff(c, again); len(diff) != 0 {
		t.Errorf("the corpus is another: %v", diff[0])
	}
	if text := string(corpus["read-me.txt"].Data); !strings.Contains(text, c.Info.Licence) || !strings.Contains(text, c.Info.Version) {
		t.Errorf("the read-me says %q", text)
	}
}

// TestExportRefuses: wrong settings are said, never left out.
func TestExportRefuses(t *testing.T) {
	p := newRoom(t).as("reader")
	for path, code := range map[string]int{
		"/desk/export/nothing.csv": http.StatusNotFound, "/desk/export/actors.exe": http.StatusNotFound, "/desk/export/documents.csv": http.StatusNotFound, "/desk/export/notes.json": http.StatusNotFound,
		"/desk/export/actors.csv?actr=est": http.StatusBadRequest, "/desk/export/actors.csv?source=x": http.StatusBadRequest, "/desk/export/actors.csv?known_at=soon": http.StatusBadRequest,
		"/desk/export/corpus.zip?actor=est": http.StatusBadRequest, "/desk/export/choose?table=actors": http.StatusBadRequest, "/desk/export/choose?table=nothing&form=csv": http.StatusBadRequest,
	} {
		if a := p.get(path); a.code != code {
			t.Errorf("%s: %d, want %d", path, a.code, code)
		}
	}
}

// TestExportChoice says what is wrong beside its field and keeps what was typed.
func TestExportChoice(t *testing.T) {
	p := newRoom(t).as("reader")
	a := p.get("/desk/export/choose?table=actors&form=csv&proposition=law-ihl&known_at=soon").is(http.StatusBadRequest, "The table has no such column", "That is not a day")
	if a.input("proposition") != "law-ihl" || a.input("known_at") != "soon" {
		t.Error("what was typed is lost")
	}
}

// TestKnownAt: an export as of an instant says so and leaves out what came later;
// before the workbench there is nothing to know.
func TestKnownAt(t *testing.T) {
	r := newRoom(t)
	p := r.as("reader")
	m, err := r.bench.Store.Mark(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	filled := m.At.Format(time.RFC3339Nano)
	u := workbench.User{Name: "editor", Role: auth.Editor}
	if _, err := r.bench.SaveCodebook(t.Context(), u, entente.CodebookEntry{Proposition: "law-ihl", Definition: "A later definition."}); err != nil {
		t.Fatal(err)
	}
	p.getJSON("/desk/export/codebook.json").is(http.StatusOK, "A later definition.")
	then := p.getJSON("/desk/export/codebook.json?known_at="+url.QueryEscape(filled)).is(http.StatusOK, "as known at "+filled)
	then.not("A later definition.")
	if p.get("/desk/export/actors.json?known_at=2000-01-01").code == http.StatusOK {
		t.Error("something was known before there was a workbench")
	}
}

// TestNothingPrivateIsExported plants a marker in everything that is not public
// and looks for it in every export.
func TestNothingPrivateIsExported(t *testing.T) {
	const marker = "zqxmarker"
	r := newRoom(t)
	coder := r.as("coder")
	read := coder.paper("author", marker+" author")
	coder.post(read+"/code", "paragraph", "2", "actor", "Estonia", "proposition", "law-ihl", "stance", "affirms", "note", marker+" note").is(http.StatusSeeOther)
	ctx := context.Background()
	u := workbench.User{Name: "coder", Role: auth.Coder}
	actor := store.Key{Kind: workbench.KindActor, ID: "est"}
	if _, err := r.bench.Note(ctx, u, actor, nil, marker+" private"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.bench.Comment(ctx, u, actor, marker+" comment", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := r.bench.SaveMapping(ctx, u, marker, all.Settings{Kind: "csl", CSL: &csl.Settings{}}, 0); err != nil {
		t.Fatal(err)
	}
	// A draft beside a published row.
	v, err := r.bench.Store.Get(ctx, actor)
	if err != nil {
		t.Fatal(err)
	}
	row, err := store.DecodeRow(v.Kind, v.Body)
	if err != nil {
		t.Fatal(err)
	}
	note := slices.IndexFunc(datapackage.Columns("actors"), func(s datapackage.Spec) bool { return s.Name == "note" })
	row.Cells[note] = marker + " edit"
	if _, err := r.bench.Store.Save(ctx, store.Reason{Who: "coder", Why: "test", Via: "web"}, store.RowChange(row, v.Number, store.Draft)); err != nil {
		t.Fatal(err)
	}
	p := r.as("admin")
	paths := []string{"/desk/export", "/desk/export/corpus.zip"}
	for _, table := range datapackage.Tables() {
		for _, form := range []string{"csv", "xlsx", "json"} {
			paths = append(paths, "/desk/export/"+table+"."+form)
		}
	}
	for _, path := range paths {
		a := p.get(path)
		if a.code != http.StatusOK {
			t.Errorf("%s: status %d: %s", path, a.code, a.shown())
			continue
		}
		texts := map[string]string{"": a.body}
		if bytes.HasPrefix([]byte(a.body), []byte("PK")) {
			texts = a.unpack()
		}
		for name, text := range texts {
			if strings.Contains(text, marker) {
				t.Errorf("%s %s holds what is not public", path, name)
			}
		}
	}
	p.get("/desk/audit?action=export").is(http.StatusOK, "/desk/export/corpus.zip", "Data Package", "/desk/export/statements.json")
}
