package refi_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/ingest"
	"entente/internal/ingest/ingesttest"
	"entente/internal/ingest/refi"
)

// speech is a made-up text with a letter outside the basic plane and line ends
// of two bytes.
const speech = "Opening 𝔄 words.\r\nHumanitarian law applies in cyberspace.\r\nThird states may not take countermeasures. End."

const (
	g       = "00000000-0000-0000-0000-0000000000"
	header  = `<?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" name="P" origin="%s"><Users><User guid="{` + g + `01}" name="Real Name"/><User guid="` + g + `02" name="Other Coder"/></Users>`
	codes   = `<CodeBook><Codes><Code guid="` + g + `10" name="Law" isCodable="false"><Code guid="` + g + `11" name="IHL" isCodable="true"><Code guid="` + g + `12" name="Supports" isCodable="true"/></Code><Code guid="` + g + `13" name="Countermeasures" isCodable="true"/></Code><Code guid="` + g + `14" name="Actors" isCodable="false"><Code guid="` + g + `15" name="Estonia" isCodable="true"/></Code><Code guid="` + g + `16" name="Stance" isCodable="false"><Code guid="` + g + `17" name="opposes" isCodable="true"/><Code guid="` + g + `18" name="supports" isCodable="true"/></Code><Code guid="` + g + `19" name="Interesting" isCodable="true"/></Codes></CodeBook>`
	vars    = `<Variables><Variable guid="` + g + `20" name="Country" typeOfVariable="Text"/><Variable guid="` + g + `21" name="Day" typeOfVariable="Date"/></Variables>`
	cases   = `<Cases><Case guid="` + g + `30" name="Japan"><SourceRef targetGUID="` + g + `40"/></Case></Cases>`
	ending  = `</Project>`
	values  = `<VariableValue><VariableRef targetGUID="` + g + `20"/><TextValue>Estonia</TextValue></VariableValue><VariableValue><VariableRef targetGUID="` + g + `21"/><DateValue>2019-05-29</DateValue></VariableValue>`
	ihl     = "Humanitarian law applies in cyberspace."
	counter = "Third states may not take countermeasures."
)

// passage writes a selection on words of a text; of counts its places.
func passage(id, text, words string, of func(string) int, name string, codes ...string) string {
	at := strings.Index(text, words)
	if at < 0 {
		panic(words)
	}
	s := fmt.Sprintf(`<PlainTextSelection guid="%s%s" name="%s" startPosition="%d" endPosition="%d" creatingUser="%s01"><Description>memo</Description>`, g, id, name, of(text[:at]), of(text[:at+len(words)]), g)
	for i, c := range codes {
		user, code, _ := strings.Cut(c, ":")
		s += fmt.Sprintf(`<Coding guid="%s%s%d" creatingUser="%s%s"><CodeRef targetGUID="%s%s"/></Coding>`, g[:34], id, i, g, user, g, code)
	}
	return s + `</PlainTextSelection>`
}

func points(s string) int { return len([]rune(s)) }
func units(s string) int  { return len(utf16.Encode([]rune(s))) }
func onePoint(s string) int {
	return len([]rune(strings.ReplaceAll(s, "\r\n", "\n")))
}

func pack(t testing.TB, members ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		w, err := z.Create(members[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(members[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// project makes a project of one text with the given passages.
func project(t testing.TB, origin, selections string) []byte {
	return pack(t, "project.qde", fmt.Sprintf(header, origin)+codes+vars+cases+
		`<Sources><TextSource guid="`+g+`40" name="Speech.docx" plainTextPath="internal://40.txt" richTextPath="internal://40.docx">`+
		selections+values+`</TextSource></Sources>`+ending, "Sources/40.txt", "\ufeff"+speech, "Sources/40.docx", "PK original")
}

func settings() refi.Settings {
	return refi.Settings{
		Actor:       refi.Actor{By: "variable", Name: "country"},
		Codes:       []refi.Code{{Code: "Law > IHL", Proposition: "law-ihl"}},
		StanceWords: map[string]string{"supports": "affirms", "opposes": "rejects"},
		Stances:     "Stance", Propositions: "Law", DateVariable: "Day",
		Unknown: ingest.UnknownNew, New: ingest.New{ActorKind: "state", Pillar: "law", Issue: "imported", SourceKind: "statement"},
	}
}

func records() entente.Records {
	return entente.Records{
		Actors:       []entente.Actor{{ID: "est", Kind: entente.State, Name: "Estonia"}},
		Propositions: []entente.Proposition{{ID: "law-ihl", Pillar: entente.Law, Issue: "ihl", Statement: "Humanitarian law applies"}},
	}
}

func corpus() ingest.Resolver { return ingest.InCorpus(entente.NewCorpus(entente.Info{}, records())) }

func TestTwice(t *testing.T) {
	list := passage("50", speech, ihl, points, "Humanitarian law…", "01:12") + passage("51", speech, counter, points, "Third states may...", "01:13", "01:17")
	s := settings()
	s.Actor = refi.Actor{By: "case"}
	ingesttest.Twice(t, records(), func(r ingest.Resolver) *ingest.Proposal {
		p, err := refi.Read(t.Context(), "p.qdpx", project(t, "Tool", list), s, r)
		if err != nil {
			t.Fatal(err)
		}
		return p
	})
}

func read(t testing.TB, data []byte, s refi.Settings) *ingest.Proposal {
	t.Helper()
	p, err := refi.Read(context.Background(), "p.qdpx", data, s, corpus())
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Records {
		if err := p.Records[i].Check(); err != nil {
			t.Error(err)
		}
	}
	return p
}

func of(p *ingest.Proposal, kind string) []map[string]string {
	var out []map[string]string
	for i := range p.Records {
		if p.Records[i].Kind == kind {
			out = append(out, p.Records[i].Cells)
		}
	}
	return out
}

func outcomes(p *ingest.Proposal) []string {
	var out []string
	for _, r := range p.Rows {
		out = append(out, string(r.Outcome)+": "+r.Why)
	}
	return out
}

func TestCodesBecomeStatements(t *testing.T) {
	list := passage("50", speech, ihl, points, "Humanitarian law…", "01:12") + // a code named after a stance
		passage("51", speech, counter, points, "Third states may...", "01:13", "01:17", "02:13", "02:18", "01:19") + // two coders, and the stance apart
		passage("52", speech, "End.", points, "End.", "01:13") // no stance
	data := project(t, "Tool", list)
	p := read(t, data, settings())
	if diff := cmp.Diff([]string{
		"used: ", "used: ", "used: ", "used: tells the stance", "used: ", "used: tells the stance",
		`skipped: no rule explains the code "Interesting": kept as a passage`, "problem: no stance is set, and none is assumed",
	}, outcomes(p)); diff != "" {
		t.Error(diff)
	}
	text := strings.ReplaceAll(speech, "\r\n", "\n")
	st, q, src := of(p, "statements"), of(p, "quotations"), of(p, "sources")[0]
	if len(st) != 3 || len(q) != 3 {
		t.Fatalf("%v %v", st, q)
	}
	for i, want := range [][3]string{{"law-ihl", "affirms", ihl}, {"", "rejects", counter}, {"", "affirms", counter}} {
		if st[i]["stance"] != want[1] || q[i]["exact"] != want[2] || st[i]["actor"] != "est" || want[0] != "" && st[i]["proposition"] != want[0] || q[i]["statement"] != st[i]["id"] {
			t.Errorf("%v %v", st[i], q[i])
		}
		if at := fmt.Sprint(onePoint(speech[:strings.Index(speech, want[2])])); q[i]["start"] != at || q[i]["document"] != ingest.Hash(text) {
			t.Errorf("start %s, want %s", q[i]["start"], at)
		}
	}
	if st[1]["coder"] == st[2]["coder"] || st[1]["note"] != "" || st[1]["proposition"] != of(p, "propositions")[0]["id"] {
		t.Errorf("%v", st)
	}
	if diff := cmp.Diff(map[string]string{"id": src["id"], "title": "Speech.docx", "date": "2019-05-29", "kind": "statement"}, src); diff != "" {
		t.Error(diff)
	}
	if d := p.Documents[0]; d.Text != text || string(d.Data) != "PK original" || !strings.Contains(d.Media, "wordprocessingml") || d.Source != src["id"] {
		t.Errorf("%+v", d)
	}
	if len(p.Passages) != 2 || p.Passages[0].Code != "Interesting" || p.Passages[0].Quote.Exact != counter {
		t.Errorf("%+v", p.Passages)
	}
	all, _ := ingest.WriteJSON(p)
	if strings.Contains(string(all), "Real Name") || strings.Contains(string(all), "memo") {
		t.Error("a name or a memo is in the proposal")
	}
	if diff := cmp.Diff([]string{"3 passages have a description; the descriptions are left out", "coders stand under pseudonyms"}, p.Notes); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(p, read(t, data, settings())); diff != "" {
		t.Error(diff)
	}
}

func TestTheActorByEachRule(t *testing.T) {
	list := passage("50", speech, ihl, points, "Humanitarian law", "01:12", "01:15")
	for by, want := range map[refi.Actor]string{
		{By: "fixed", Name: "Estonia"}: "Estonia", {By: "variable", Name: "Country"}: "Estonia", {By: "case"}: "Japan", {By: "code", Name: "Actors"}: "Estonia", {By: "source"}: "Speech",
	} {
		s := settings()
		s.Actor = by
		p := read(t, project(t, "Tool", list), s)
		st := of(p, "statements")
		if len(st) != 1 {
			t.Errorf("%v: %v", by, outcomes(p))
			continue
		}
		got := "Estonia"
		if a := of(p, "actors"); len(a) > 0 {
			got = a[0]["name"]
		}
		if got != want {
			t.Errorf("%v: %s, want %s", by, got, want)
		}
	}
}

// The names of passages tell how a program counts.
func TestWaysOfCounting(t *testing.T) {
	for name, of := range map[string]func(string) int{
		"code points": points, "UTF-16": units, "one line end": onePoint,
		"UTF-16, one line end": func(s string) int { return units(strings.ReplaceAll(s, "\r\n", "\n")) },
	} {
		list := passage("50", speech, ihl, of, "Humanitarian  law applies in…", "01:12") + passage("51", speech, counter, of, "Third states may not…", "01:13", "01:17")
		p := read(t, project(t, "Tool", list), settings())
		var got []string
		for _, r := range p.Records {
			if r.Kind == "quotations" {
				got = append(got, r.Cells["exact"])
			}
		}
		if diff := cmp.Diff([]string{ihl, counter}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	// Without names the standard's way is taken, and said.
	p := read(t, project(t, "Tool", passage("50", speech, ihl, points, "", "01:12")), settings())
	if q := of(p, "quotations"); len(q) != 1 || q[0]["exact"] != ihl || !slices.Contains(p.Notes, `source "Speech.docx": nothing in the file shows how places are counted; they were read as code points`) {
		t.Errorf("%v %q", q, p.Notes)
	}
	p = read(t, project(t, "ATLAS.ti Windows", passage("50", speech, ihl, onePoint, "", "01:12")), settings())
	if q := of(p, "quotations"); len(q) != 1 || q[0]["exact"] != ihl {
		t.Errorf("%v %q", q, p.Notes)
	}
	// A passage that is not where its name says is a problem when the others are.
	list := passage("50", speech, ihl, points, "Humanitarian law", "01:12") + passage("51", speech, counter, points, "Third states", "01:13", "01:17") +
		passage("52", speech, "Opening", points, "Something else", "01:12") + strings.Replace(passage("53", speech, "Opening", points, "Opening", "01:12"), `startPosition="0"`, `startPosition="9999999999999999999"`, 1)
	p = read(t, project(t, "Tool", list), settings())
	got := outcomes(p)
	if diff := cmp.Diff([]string{
		`problem: at its place stands "Opening", not "Something else"`, "problem: the places 9999999999999999999 to 7 lie outside the text, which has 104 characters",
	}, got[4:6]); diff != "" {
		t.Error(diff, got)
	}
}

func TestPDFAndOtherSources(t *testing.T) {
	data := pack(t, "project.qde", fmt.Sprintf(header, "Tool")+codes+vars+`<Sources>`+
		`<PDFSource guid="`+g+`41" name="Paper" path="internal://41.pdf"><PDFSelection guid="`+g+`60" page="2" firstX="1" firstY="1" secondX="2" secondY="2"><Coding guid="`+g+`61"><CodeRef targetGUID="`+g+`12"/></Coding></PDFSelection>`+
		`<Representation guid="`+g+`42" name="r" plainTextPath="internal://42.txt">`+passage("50", ihl, ihl, points, "Humanitarian law", "01:12")+`</Representation></PDFSource>`+
		`<TextSource guid="`+g+`43" name="Outside" plainTextPath="absolute:///etc/passwd">`+passage("51", ihl, ihl, points, "x", "01:12")+`</TextSource>`+
		`<TextSource guid="`+g+`44" name="Climbing" plainTextPath="internal://../../secret.txt"/>`+
		`<TextSource guid="`+g+`45" name="Inside"><PlainTextContent>`+ihl+`</PlainTextContent><Coding guid="`+g+`62"><CodeRef targetGUID="`+g+`13"/></Coding></TextSource>`+
		`<PictureSource guid="`+g+`46" name="Map"/></Sources>`+ending, "sources/41.pdf", "%PDF-1.7", "sources/42.txt", ihl, "secret.txt", "no")
	s := settings()
	s.Actor = refi.Actor{By: "fixed", Name: "Estonia"}
	p := read(t, data, s)
	if diff := cmp.Diff([]string{
		"problem: its text is not in the file: absolute:///etc/passwd", "problem: its source: its text is not in the file: absolute:///etc/passwd",
		"problem: the file holds no source ../../secret.txt",
		"used: ", "problem: the code is on the whole source, not on a passage",
		"used: ", "used: ", "problem: the passage is an area of a page, without its text", "skipped: pictures, sound and film are not read",
	}, outcomes(p)); diff != "" {
		t.Error(diff)
	}
	if d := p.Documents[1]; d.Media != "application/pdf" || d.Name != "Paper.pdf" || string(d.Data) != "%PDF-1.7" || d.Text != ihl {
		t.Errorf("%+v", d)
	}
}

func TestHostileProjects(t *testing.T) {
	s := settings()
	twice := s
	twice.Codes = append(twice.Codes, refi.Code{Code: "supports", Proposition: "x"})
	none := s
	none.Propositions = "Laws"
	deep := strings.Repeat(`<Code guid="a" name="n">`, 200) + strings.Repeat(`</Code>`, 200)
	for name, tc := range map[string]struct {
		data []byte
		s    refi.Settings
		want string
	}{
		"empty":          {nil, s, "the file is empty"},
		"not a ZIP":      {[]byte("<Project/>"), s, "not a REFI-QDA project"},
		"no project":     {pack(t, "a.txt", "x"), s, "no project.qde"},
		"not XML":        {pack(t, "project.qde", "hello"), s, "(project.qde):1:"},
		"other XML":      {pack(t, "project.qde", "<a/>"), s, "not a REFI-QDA project"},
		"cut XML":        {pack(t, "project.qde", header+codes), s, "not a REFI-QDA project"},
		"entities":       {pack(t, "project.qde", `<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Project name="&b;"/>`), s, "not a REFI-QDA project"},
		"other encoding": {pack(t, "project.qde", `<?xml version="1.0" encoding="latin1"?><Project/>`), s, `the encoding is "latin1"`},
		"deep codes":     {pack(t, "project.qde", `<Project><CodeBook><Codes>`+deep+`</Codes></CodeBook></Project>`), s, "more than 100 levels"},
		"no such code":   {pack(t, "project.qde", `<Project/>`), s, `there is no code "Law > IHL"`},
		"two such codes": {project(t, "T", ""), twice, `2 codes have the name "supports"`},
		"no such group":  {project(t, "T", ""), none, `there is no code "Laws"`},
		"bomb":           {pack(t, "project.qde", strings.Repeat(" ", 65<<20)), s, "unpacks to more than 64 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := refi.Read(context.Background(), "p.qdpx", tc.data, tc.s, corpus()); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%v", err)
			}
		})
	}
	bad := refi.Settings{Actor: refi.Actor{By: "guess"}, Codes: []refi.Code{{Code: "a"}, {Code: "b", Proposition: "p", Stance: "yes"}}, Stances: "S", StanceWords: map[string]string{"": "affirms"}}
	err := bad.Check("s")
	for _, want := range []string{"actor.by", "a rule is not complete", `"yes" is no stance`, "a code without a name"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}
