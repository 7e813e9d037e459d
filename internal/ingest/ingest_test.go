package ingest_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente"
	"entente/internal/ingest"
)

// A span of the raw text, in either counting, is the same words in the text
// that is kept, line ends apart; and places do not depend on the counting.
func TestSpansKeepTheirWords(t *testing.T) {
	parts := []string{"a", "Ω", "𝔄", "e\u0301", " ", "\n", "\r\n", "\rx", "word", "終わり", "\U0001F1EA\U0001F1EA"}
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.SampledFrom(parts), 1, 200).Draw(t, "parts")
		i := rapid.IntRange(0, len(list)-1).Draw(t, "i")
		j := rapid.IntRange(i+1, len(list)).Draw(t, "j")
		raw, before, words := strings.Join(list, ""), strings.Join(list[:i], ""), strings.Join(list[i:j], "")
		lf := func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n") }
		for name, way := range map[string]struct {
			counting ingest.Counting
			one      bool
			length   func(string) int
		}{
			"code points": {ingest.CodePoints, false, utf8.RuneCountInString},
			"UTF-16":      {ingest.UTF16, false, func(s string) int { return len(utf16.Encode([]rune(s))) }},
			"one line end": {ingest.CodePoints, true, func(s string) int {
				return utf8.RuneCountInString(strings.ReplaceAll(s, "\r\n", "\n"))
			}},
		} {
			x := ingest.NewText(raw, way.counting, way.one)
			if x.Text != lf(raw) || x.Runes != utf8.RuneCountInString(x.Text) {
				t.Fatalf("%s: %q, %d", name, x.Text, x.Runes)
			}
			from, to, ok := x.Span(way.length(before), way.length(before)+way.length(words))
			if !ok || x.Slice(from, to) != lf(words) || from != utf8.RuneCountInString(lf(before)) {
				t.Fatalf("%s: %d to %d, %v: %q, want %q", name, from, to, ok, x.Slice(from, to), lf(words))
			}
			q := x.Quote(from, to, "h")
			if !strings.HasSuffix(lf(before), q.Prefix) || !strings.HasPrefix(x.Text[len(lf(before)+lf(words)):], q.Suffix) || q.Exact != lf(words) {
				t.Fatalf("%s: %+v", name, q)
			}
		}
	})
}

func TestSpansOutsideAreRefused(t *testing.T) {
	x := ingest.NewText("a𝔄\r\n", ingest.UTF16, false) // places 0 a, 1 2 𝔄, 3 CR, 4 LF, 5 end
	for _, tc := range []struct {
		start, end, from, to int
		ok                   bool
	}{
		{0, 5, 0, 3, true},
		{1, 3, 1, 2, true},
		{3, 5, 2, 3, true},
		{3, 4, 0, 0, false}, // a CR alone
		{1, 2, 0, 0, false}, // half of a pair
		{-1, 2, 0, 0, false},
		{2, 2, 0, 0, false},
		{3, 1, 0, 0, false},
		{0, 6, 0, 0, false},
		{7, 9, 0, 0, false},
	} {
		if from, to, ok := x.Span(tc.start, tc.end); from != tc.from || to != tc.to || ok != tc.ok {
			t.Errorf("%d to %d: %d, %d, %v", tc.start, tc.end, from, to, ok)
		}
	}
	if x := ingest.NewText("", ingest.CodePoints, false); x.Slice(-5, 5) != "" || x.Runes != 0 {
		t.Errorf("%+v", x)
	}
	if x := ingest.NewText("a\x00\xffb", ingest.CodePoints, false); x.Text != "a\uFFFD\uFFFDb" || x.Runes != 4 {
		t.Errorf("%q", x.Text)
	}
}

func TestIDs(t *testing.T) {
	if a, b := ingest.ID("st", "ab", "c"), ingest.ID("st", "a", "bc"); a == b || a != ingest.ID("st", "ab", "c") || len(a) != len("st-")+16 {
		t.Errorf("%s %s", a, b)
	}
	for name, want := range map[string]string{"Estonia": "estonia-", "the  Ministry of Foreign Affairs, Republic of Somewhere Far Away": "ministry-of-foreign-affairs-republic-of-", "日本": "x-", "Côte d’Ivoire": "cote-d-ivoire-"} {
		id := ingest.Slug(name)
		if !strings.HasPrefix(id, want) || len(id) != len(want)+8 || strings.ContainsAny(id, "| ;") {
			t.Errorf("%s: %s", name, id)
		}
	}
	if ingest.Slug("Estonia") != ingest.Slug(" ESTONIA ") || ingest.Slug("日本") == ingest.Slug("中国") {
		t.Error("slugs follow the folded name")
	}
	if p := ingest.Pseudonym("Real Name"); strings.Contains(p, "real") || p != ingest.Pseudonym("Real Name ") || p == ingest.Pseudonym("Other") {
		t.Error(p)
	}
	var u ingest.Unique
	a, same := u.ID("st", []string{"k"}, []string{"x"}, 2)
	b, again := u.ID("st", []string{"k"}, []string{"y"}, 3)
	_, twice := u.ID("st", []string{"k"}, []string{"x"}, 4)
	if a == b || same != 0 || again != 0 || twice != 2 {
		t.Errorf("%s %d, %s %d, %d", a, same, b, again, twice)
	}
}

func TestNamesAreFoundInACorpus(t *testing.T) {
	c := entente.NewCorpus(entente.Info{}, entente.Records{
		Actors: []entente.Actor{{ID: "est", Name: "Estonia", ISO2: "EE", ISO3: "EST"}, {ID: "cog", Name: "Congo"}, {ID: "cod", Name: "Congo"}, {ID: "un-gge-2019", Name: "The sixth GGE"}},
		Propositions: []entente.Proposition{
			{ID: "law-ihl", Statement: "International humanitarian law applies."}, {ID: "p2", Statement: "law-ihl"},
		},
		Sources: []entente.Source{
			{ID: "s1", Title: "Annual report", Date: entente.Day(2019, 5, 1), URL: "https://www.example.org/a/"}, {ID: "s2", Title: "Twice"}, {ID: "s3", Title: "Twice", Symbol: "A/76/136"},
		},
		Instruments: []entente.Instrument{{ID: "res-1", Symbol: "A/RES/73/27"}},
		Statements:  []entente.Statement{{ID: "st-1"}},
	})
	r := ingest.InCorpus(c)
	for name, want := range map[string]string{"EST": "est", "ee": "est", " estonia": "est", "Congo": "", "un-gge-2019": "un-gge-2019", "sixth GGE": "un-gge-2019", "": "", "Atlantis": ""} {
		if got, ok := r.Actor(name); got != want || ok != (want != "") {
			t.Errorf("%q: %q %v", name, got, ok)
		}
	}
	for text, want := range map[string]string{"international humanitarian law applies": "law-ihl", "law-ihl": "law-ihl", "x": ""} {
		if got, _ := r.Proposition(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	for want, list := range map[string][]ingest.SourceKey{
		"s1": {{ID: "s1"}, {URL: "http://example.org/a"}, {Title: "Annual Report"}, {Title: "Annual report", Date: "2019"}, {ID: "?", Title: "annual report", Date: "2019-05"}},
		"s3": {{Symbol: "a/76/136", Title: "Twice"}},
		"":   {{}, {Title: "Twice"}, {Title: "Annual report", Date: "2020"}, {URL: "https://example.org/b"}},
	} {
		for _, k := range list {
			if got, ok := r.Source(k); got != want || ok != (want != "") {
				t.Errorf("%+v: %q %v", k, got, ok)
			}
		}
	}
	k := r.(ingest.Knower)
	if id, ok := k.Instrument("a/res/73/27"); id != "res-1" || !ok {
		t.Error(id)
	}
	for _, tc := range []struct {
		table, id string
		want      bool
	}{{"actors", "est", true}, {"statements", "st-1", true}, {"statements", "st-2", false}, {"instruments", "res-1", true}, {"votes", "a|b", false}, {"facts", "x", false}} {
		if got := k.Known(tc.table, tc.id); got != tc.want {
			t.Errorf("%s %s: %v", tc.table, tc.id, got)
		}
	}
}

func TestALinkerProposesOnceAndRemembers(t *testing.T) {
	p := &ingest.Proposal{}
	l := ingest.Linker{Resolver: ingest.Nothing{}, Unknown: ingest.UnknownNew, New: ingest.New{ActorKind: "state", Pillar: "law", Issue: "i", SourceKind: "report"}, Proposal: p}
	for range 2 {
		for _, table := range []string{"actors", "propositions", "sources"} {
			if _, miss := l.Ref(table, "New thing", 7, "f:7"); miss != nil {
				t.Error(miss)
			}
		}
	}
	if id, miss := l.Ref("actors", "NEW THING", 8, "f:8"); miss != nil || id != p.Records[0].Cells["id"] {
		t.Error(id, miss)
	}
	if id, miss := l.Ref("sources", "https://example.org/x", 8, "f:8"); miss != nil || p.Records[3].Cells["url"] != "https://example.org/x" || p.Records[3].Cells["id"] != id {
		t.Error(id, miss)
	}
	if len(p.Records) != 4 || p.Records[0].Row != 7 {
		t.Errorf("%+v", p.Records)
	}
	for i := range p.Records {
		if err := p.Records[i].Check(); err != nil {
			t.Error(err)
		}
	}
	if _, miss := l.Actor(" ", 9, "f:9"); miss == nil || miss.Outcome != ingest.Problem {
		t.Error(miss)
	}
	known := ingest.Linker{Resolver: ingest.InCorpus(entente.NewCorpus(entente.Info{}, entente.Records{})), Unknown: ingest.UnknownSkip, Proposal: p}
	if _, miss := known.Ref("instruments", "res-1", 1, ""); miss == nil || miss.Outcome != ingest.Skipped {
		t.Error(miss)
	}
	if id, miss := l.Ref("instruments", "res-1", 1, ""); id != "res-1" || miss != nil {
		t.Error(id, miss)
	}
}

func TestZipMembersAreBounded(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 5000)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	good := b.Bytes()
	// The same file, with a directory that says the member has 10 bytes.
	lying := bytes.Clone(good)
	at := bytes.LastIndex(lying, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(lying[at+24:], 10)
	for name, tc := range map[string]struct {
		data  []byte
		limit int64
		want  string
	}{"good": {good, 5000, ""}, "too large": {good, 4999, "unpacks to more than"}, "lying": {lying, 100, "z (a)"}} {
		f, err := ingest.OpenZip("z", tc.data)
		if err != nil {
			t.Fatal(name, err)
		}
		data, err := f.Member(f.Find("a"), tc.limit)
		if tc.want == "" && (err != nil || len(data) != 5000) || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
	var many bytes.Buffer
	z = zip.NewWriter(&many)
	for range ingest.MaxMembers + 1 {
		if _, err := z.Create("x"); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := ingest.OpenZip("z", many.Bytes()); err == nil || !strings.Contains(err.Error(), "more than 10000") {
		t.Errorf("%v", err)
	}
	if err := ingest.CheckSize("f", make([]byte, ingest.MaxBytes+1)); err == nil {
		t.Error("a file over the bound was taken")
	}
}

func TestProposal(t *testing.T) {
	p := &ingest.Proposal{Coders: []string{"b", "a", "b"}}
	p.Report(3, "", ingest.Problem, "x")
	p.Report(1, "", ingest.Used, "")
	p.Report(2, "", ingest.Skipped, "y")
	p.Add("votes", 1, "", map[string]string{"rollcall": "r", "actor": "a", "ballot": "yes", "source": "s", "note": ""})
	p.Finish()
	if diff := cmp.Diff([]string{"a", "b"}, p.Coders); diff != "" || p.Rows[0].Row != 1 || p.Rows[2].Row != 3 {
		t.Errorf("%+v", p)
	}
	if u, s, b := p.Count(); u != 1 || s != 1 || b != 1 {
		t.Error(u, s, b)
	}
	r := &p.Records[0]
	if _, ok := r.Cells["note"]; ok || r.ID() != "r|a" || r.Check() != nil {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff([]string{"r", "a", "yes", "s", ""}, r.List()); diff != "" {
		t.Error(diff)
	}
}
