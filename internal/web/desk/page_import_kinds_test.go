package desk_test

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	_ "modernc.org/sqlite"

	"entente/internal/datapackage"
)

// packed makes a ZIP file of members.
func packed(t testing.TB, members map[string][]byte) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range members {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestImportOfTheCorpus: what is exported comes in again as what is there.
func TestImportOfTheCorpus(t *testing.T) {
	r := newRoom(t)
	c, _, err := r.bench.Store.Corpus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	files, err := datapackage.Files(c)
	if err != nil {
		t.Fatal(err)
	}
	editor := r.as("editor")
	job := editor.bring("corpus.zip", packed(t, files))
	editor.get(job).is(http.StatusOK, "Corpus as a Data Package")
	editor.post(job, "do", "preview").is(http.StatusSeeOther)
	page := editor.get(job + "/preview?outcome=new")
	page.is(http.StatusOK, "No row has this outcome.", "there already")
	editor.follow(editor.post(job+"/apply", "digest", page.input("digest"), "state", "published")).is(http.StatusOK, "Nothing was written: all was there already.")
}

// TestImportOfAWorkbook reads the second sheet of a workbook.
func TestImportOfAWorkbook(t *testing.T) {
	r := newRoom(t)
	f := excelize.NewFile()
	if _, err := f.NewSheet("Actors"); err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{{"a list of actors that nobody has"}, {"Name", "Type", "Open"}, {"Synthetia", "state", "no"}} {
		if err := f.SetSheetRow("Actors", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	editor := r.as("editor")
	job := editor.bring("list.xlsx", b.String(), "table", "actors")
	editor.get(job).is(http.StatusOK, "a list of actors that nobody has") // the first sheet is empty
	editor.follow(editor.post(job, "table", "actors", "sheet", "Actors", "header-row", "2", "unknown", "problem", "do", "table")).is(http.StatusOK, "In the file: Synthetia")
	editor.post(job, "table", "actors", "sheet", "Actors", "header-row", "2", "from:name", "Name", "from:kind", "Type", "from:open", "Open", "unknown", "problem", "do", "preview").is(http.StatusSeeOther)
	editor.get(job+"/preview").is(http.StatusOK, "new 1", "Synthetia")
}

// TestImportOfADiscourseNetwork reads a made-up project: what a value of its
// qualifier means is said in the form, and nothing is assumed.
func TestImportOfADiscourseNetwork(t *testing.T) {
	place := filepath.Join(t.TempDir(), "project.dna")
	db, err := sql.Open("sqlite", place)
	if err != nil {
		t.Fatal(err)
	}
	const text = "Humanitarian law applies. So we say."
	for _, q := range []string{
		"CREATE TABLE SETTINGS(Property TEXT PRIMARY KEY, Value TEXT NOT NULL)", "INSERT INTO SETTINGS VALUES ('version', '3.0')",
		"CREATE TABLE CODERS(ID INTEGER PRIMARY KEY, Name TEXT, Red INT, Green INT, Blue INT, Password TEXT)", "INSERT INTO CODERS(ID, Name, Password) VALUES (1, 'A Coder', 'x')",
		"CREATE TABLE DOCUMENTS(ID INTEGER PRIMARY KEY, Title TEXT, Text TEXT, Coder INT, Author TEXT, Source TEXT, Section TEXT, Notes TEXT, Type TEXT, Date INT)",
		"INSERT INTO DOCUMENTS VALUES (1, 'A synthetic speech', '" + text + "', 1, 'Estonia', '', '', '', 'speech', 1609459200000)",
		"CREATE TABLE STATEMENTTYPES(ID INTEGER PRIMARY KEY, Label TEXT, Red INT, Green INT, Blue INT)", "INSERT INTO STATEMENTTYPES(ID, Label) VALUES (1, 'DNA Statement')",
		"CREATE TABLE VARIABLES(ID INTEGER PRIMARY KEY, Variable TEXT, DataType TEXT, StatementTypeId INT)",
		"INSERT INTO VARIABLES VALUES (1, 'organization', 'short text', 1), (2, 'concept', 'short text', 1), (3, 'agreement', 'boolean', 1)",
		"CREATE TABLE STATEMENTS(ID INTEGER PRIMARY KEY, StatementTypeId INT, DocumentId INT, Start INT, Stop INT, Coder INT)", "INSERT INTO STATEMENTS VALUES (1, 1, 1, 0, 25, 1), (2, 1, 1, 26, 36, 1)",
		"CREATE TABLE DATABOOLEAN(ID INTEGER PRIMARY KEY, StatementId INT, VariableId INT, Value INT)", "INSERT INTO DATABOOLEAN VALUES (1, 1, 3, 1), (2, 2, 3, 0)",
		"CREATE TABLE DATAINTEGER(ID INTEGER PRIMARY KEY, StatementId INT, VariableId INT, Value INT)",
		"CREATE TABLE ENTITIES(ID INTEGER PRIMARY KEY, VariableId INT, Value TEXT, ChildOf INT)", "INSERT INTO ENTITIES VALUES (1, 1, 'Estonia', NULL), (2, 2, 'law-ihl', NULL)",
		"CREATE TABLE DATASHORTTEXT(ID INTEGER PRIMARY KEY, StatementId INT, VariableId INT, Entity INT)", "INSERT INTO DATASHORTTEXT VALUES (1, 1, 1, 1), (2, 1, 2, 2), (3, 2, 1, 1), (4, 2, 2, 2)",
		"CREATE TABLE DATALONGTEXT(ID INTEGER PRIMARY KEY, StatementId INT, VariableId INT, Value TEXT)",
	} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(place)
	if err != nil {
		t.Fatal(err)
	}
	r := newRoom(t)
	editor := r.as("editor")
	job := editor.bring("project.dna", string(data))
	editor.get(job).is(http.StatusOK, "The project has one document and 1 coders.", "DNA Statement (2 statements)", "What a value of the qualifier means", "1 (once)", "0 (once)", "In the file: A Coder.")
	list := []string{
		"type", "DNA Statement", "actor", "organization", "concept", "concept", "qualifier", "agreement", "stance:1", "affirms", "stance:0", "", "coders", "A Coder = coder-9", "checked", "1",
		"unknown", "problem", "new-source-kind", "statement", "do", "preview",
	}
	editor.post(job, append(list, "save-as", "Networks")...).is(http.StatusSeeOther)
	kept, err := r.bench.Mappings(t.Context())
	if err != nil || len(kept) != 1 || kept[0].Settings.DNA == nil || len(kept[0].Settings.DNA.Coders) != 0 || kept[0].Settings.DNA.Stances["1"] != "affirms" {
		t.Errorf("%v: the team shares %+v", err, kept)
	}
	page := editor.get(job+"/preview").is(http.StatusOK, "Estonia · law-ihl · affirms", "One coded passage has no stance by these rules.", "One text comes with it")
	page.not("A Coder")
	if list := editor.get(job + "/preview.json"); strings.Contains(list.body, "A Coder") {
		t.Error("the name of a coder is in the preview")
	}
	report := editor.follow(editor.post(job+"/apply", "digest", page.input("digest"), "state", "draft")).is(http.StatusOK, "were written", "A synthetic speech")
	if !strings.Contains(report.body, `href="/desk/read/`) {
		t.Error("the text cannot be read")
	}
}

// TestImportOfAProject reads a made-up REFI-QDA project by the rules of the form.
func TestImportOfAProject(t *testing.T) {
	const (
		text = "Humanitarian law applies in cyberspace. We say no more."
		id   = "00000000-0000-0000-0000-0000000000"
	)
	project := `<?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" name="P"><Users><User guid="` + id + `01" name="A Coder"/></Users>` +
		`<CodeBook><Codes><Code guid="` + id + `10" name="IHL" isCodable="true"><Code guid="` + id + `11" name="supports" isCodable="true"/></Code></Codes></CodeBook>` +
		`<Sources><TextSource guid="` + id + `40" name="Estonia" plainTextPath="internal://40.txt"><PlainTextSelection guid="` + id + `50" name="x" startPosition="0" endPosition="39" creatingUser="` + id + `01">` +
		`<Coding guid="` + id + `60" creatingUser="` + id + `01"><CodeRef targetGUID="` + id + `11"/></Coding></PlainTextSelection></TextSource></Sources></Project>`
	r := newRoom(t)
	editor := r.as("editor")
	job := editor.bring("project.qdpx", packed(t, map[string][]byte{"project.qde": []byte(project), "Sources/40.txt": []byte(text)}))
	editor.get(job).is(http.StatusOK, "Who speaks", "Rules of single codes")
	rules := []string{"codes", "IHL = law-ihl", "stance-words", "supports = affirms", "coders", "A Coder = coder-9", "unknown", "problem", "new-source-kind", "statement", "do", "preview"}
	editor.post(job, rules...).is(http.StatusBadRequest, "It did not work.", "Look at what is marked below.", "The actor is", "Expected one of fixed, source, variable, case, code.")
	editor.post(job, append(rules, "actor-by", "source")...).is(http.StatusSeeOther)
	editor.get(job+"/preview").is(http.StatusOK, "Estonia · law-ihl · affirms").not("A Coder")
	// What was typed is there when one comes back.
	if page := editor.get(job); page.input("codes") != "IHL = law-ihl" || page.input("stance-words") != "supports = affirms" {
		t.Errorf("the rules are %q and %q", page.input("codes"), page.input("stance-words"))
	}
}

// TestImportOfVotes: the form of a file of votes.
func TestImportOfVotes(t *testing.T) {
	r := newRoom(t)
	editor := r.as("editor")
	job := editor.bring("votes.csv", "nothing,of\nthe,sort\n", "kind", "voeten")
	editor.post(job, "from-session", "many", "unknown", "problem", "do", "preview").is(http.StatusBadRequest, "That is not a whole number from 1 to 999.")
	editor.post(job, "from-session", "75", "to-session", "70", "unknown", "problem", "do", "preview").is(http.StatusBadRequest, "There are no sessions 75 to 70")
	editor.post(job, "from-session", "70", "to-session", "75", "resolutions", "73/27\nA/RES/73/266", "unknown", "problem", "do", "preview").is(http.StatusSeeOther)
	editor.get(job+"/preview").is(http.StatusUnprocessableEntity, "Nothing was read.", "votes.csv")
	if page := editor.get(job); page.input("to-session") != "75" || page.input("resolutions") != "73/27\nA/RES/73/266" {
		t.Errorf("%q", page.input("resolutions"))
	}
}
