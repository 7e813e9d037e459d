package cite_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entente"
	"entente/corpora"
	"entente/internal/cite"
	"entente/internal/datapackage"

	"github.com/google/go-cmp/cmp"
)

func corpus(t *testing.T) *entente.Corpus {
	t.Helper()
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func all(c *entente.Corpus) []*entente.Source {
	var out []*entente.Source
	for i := range c.Sources {
		out = append(out, &c.Sources[i])
	}
	return out
}

// date is for constants of this test.
func date(t *testing.T, s string) entente.Date {
	t.Helper()
	d, err := entente.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestFootnoteOfEachKind(t *testing.T) {
	src := func(kind entente.SourceKind, author, title, day, symbol, url string) entente.Source {
		return entente.Source{ID: "x", Kind: kind, Author: author, Title: title, Date: date(t, day), Symbol: symbol, URL: url}
	}
	translation := src(entente.PositionPaper, "General Staff of Ruritania", "Declaration (English translation)", "2020-07", "", "https://example.org/d")
	translation.Status, translation.TextOf = entente.Unofficial, []entente.ActorID{"rur"}
	noted := src(entente.StatementText, "Ruritania", "Remarks", "2020", "", "")
	noted.Note = "opening read; day not seen"
	for name, c := range map[string]struct {
		source entente.Source
		place  cite.Place
		want   string
	}{
		"UN report with a paragraph": {
			src(entente.Report, "United Nations General Assembly", "Report of the fourth GGE", "2015-07-22", "A/70/174", "https://undocs.org/A/70/174"),
			cite.Place{Pinpoint: "para. 24"},
			"United Nations General Assembly, ‘Report of the fourth GGE’ (22 July 2015) UN Doc A/70/174, para 24",
		},
		"place that the symbol names": {
			src(entente.PositionPaper, "Ruritania", "Views", "2021", "A/76/136 (annex)", ""),
			cite.Place{Pinpoint: "p. 18"},
			"Ruritania, ‘Views’ (2021) UN Doc A/76/136, annex, p. 18",
		},
		"resolution of the General Assembly": {
			src(entente.ResolutionText, "United Nations General Assembly", "A/RES/73/27, text (page 2)", "2018-12-05", "A/RES/73/27", "https://example.org/copy"),
			cite.Place{Pinpoint: "paragraph 5", NoAddress: true},
			"UNGA Res 73/27 (5 December 2018) UN Doc A/RES/73/27, para 5",
		},
		"draft resolution": {
			src(entente.ResolutionText, "Third Committee", "Draft", "2019-10-11", "A/C.3/74/L.11", ""),
			cite.Place{},
			"Third Committee, ‘Draft’ (11 October 2019) UN Doc A/C.3/74/L.11",
		},
		"treaty": {
			src(entente.TreatyText, "Council of Europe", "Convention on Cybercrime", "2001-11-23", "ETS 185", ""),
			cite.Place{Pinpoint: "Art. 5"},
			"Convention on Cybercrime (23 November 2001) ETS No 185, art 5",
		},
		"position paper of an unofficial translation": {
			translation,
			cite.Place{Pinpoint: "part II", Level: entente.Primary},
			"General Staff of Ruritania, ‘Declaration (English translation)’ (July 2020), part II <https://example.org/d> (unofficial translation)",
		},
		"paper found in a portal": {
			src(entente.Submission, "Ruritania, via A Portal", "Comments", "2021-02", "", "https://example.org/e"),
			cite.Place{},
			"Ruritania, ‘Comments’ (A Portal, February 2021) <https://example.org/e>",
		},
		"newspaper with an author": {
			src(entente.News, "Rudolf Rassendyll, The Zenda Times", "Talks", "2020-02-20", "", "https://example.org/n"),
			cite.Place{Level: entente.Secondary},
			"Rudolf Rassendyll, ‘Talks’ (The Zenda Times, 20 February 2020) <https://example.org/n> (secondary source)",
		},
		"newspaper without one, which names a UN document": {
			src(entente.News, "Zenda Times", "Talks", "2020-02-20", "A/70/174", "https://example.org/n"),
			cite.Place{},
			"‘Talks’ (Zenda Times, 20 February 2020) <https://example.org/n>",
		},
		"undated page": {
			src(entente.Webpage, "Zenda Centre", "Members", "", "", "https://example.org/w"),
			cite.Place{},
			"‘Members’ (Zenda Centre, undated) <https://example.org/w>",
		},
		"scholarship": {
			src(entente.Scholarship, "Ann Ab and Bo Cd, Zenda Law Review 5(1)", "Norms", "2016", "", ""),
			cite.Place{Pinpoint: "pp. 541-543"},
			"Ann Ab and Bo Cd, ‘Norms’ (Zenda Law Review 5(1), 2016), pp. 541–543",
		},
		"dataset": {
			src(entente.Dataset, "Ann Ab, Bo Cd", "Voting Data", "2021", "", "https://example.org/v"),
			cite.Place{Level: entente.Unverified},
			"Ann Ab, Bo Cd, ‘Voting Data’ (dataset, 2021) <https://example.org/v> (unverified)",
		},
		"working notes stay out": {noted, cite.Place{Pinpoint: "second  paragraph ."}, "Ruritania, ‘Remarks’ (2020), second paragraph"},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, cite.Footnote(&c.source, c.place).String()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestRecordsOfTheCorpus(t *testing.T) {
	c := corpus(t)
	golden := filepath.Join("testdata", "citations.txt")
	var b strings.Builder
	for _, id := range []entente.SourceID{
		"a-70-174", "res-73-27-text", "osula-2021", "fn26-est-2017", "jpn-oewg-2020", "tk-est-2019", "coe-185-2015", "fn15-finnemore-hollis",
		"agenda-539", "arg-oewg-2019", "akahata-2025-03", "voeten-lejuqz", "fn18-ncsi", "irn-2020", "gk",
	} {
		s := c.Source(id)
		if s == nil {
			t.Fatalf("the corpus has no source %s; choose another for this test", id)
		}
		b.WriteString(string(id) + "\n  " + cite.Footnote(s, cite.Place{Pinpoint: "para. 3"}).String() + "\n  short: " + cite.Short(s) + "\n")
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("citations differ (run with UPDATE=1 to accept):\n%s", d)
	}
	for _, s := range all(c) {
		text := cite.Footnote(s, cite.Place{}).String()
		if s.Note != "" && strings.Contains(text, s.Note) {
			t.Errorf("%s: the citation prints the working note: %s", s.ID, text)
		}
		if strings.Contains(text, "()") || strings.Contains(text, "  ") || strings.Contains(text, ", ,") {
			t.Errorf("%s: the citation has a hole: %s", s.ID, text)
		}
	}
}

func TestPinpoints(t *testing.T) {
	for in, want := range map[string]string{
		"p. 541": "p. 541", "page 541": "p. 541", "p541": "p. 541", "pp 8-9": "pp. 8–9", "Para. 8": "para 8", "paras. 2-4": "paras 2–4",
		"section 3, fn. 27": "section 3, footnote 27", "§ 5": "section 5", "Article 2": "art 2", " second  paragraph. ": "second paragraph",
		"map 3": "map 3", "reader page 149, note 625": "reader p. 149, note 625", "": "",
	} {
		if got := cite.Pinpoint(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestShortFormsDiffer(t *testing.T) {
	list := all(corpus(t))
	seen := map[string]entente.SourceID{}
	for id, s := range cite.Shorts(list) {
		if other, twice := seen[s]; twice {
			t.Errorf("%s and %s are both %q", id, other, s)
		}
		seen[s] = id
	}
	if len(seen) != len(list) {
		t.Errorf("%d short forms for %d sources", len(seen), len(list))
	}
}

func TestInstrument(t *testing.T) {
	in := entente.Instrument{Title: "Developments", Kind: entente.Resolution, Date: date(t, "2018-12-05"), Symbol: "A/RES/73/27"}
	if got, want := cite.Instrument(&in, cite.Place{}).String(), "UNGA Res 73/27 (5 December 2018) UN Doc A/RES/73/27"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	in = entente.Instrument{Title: "Convention on Cybercrime", Kind: entente.Treaty, Date: date(t, "2001-11-23"), Symbol: "ETS 185"}
	if got, want := cite.Instrument(&in, cite.Place{}).String(), "Convention on Cybercrime (23 November 2001) ETS No 185"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func written(t *testing.T, write func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
