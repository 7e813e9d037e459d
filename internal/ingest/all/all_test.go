package all_test

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/corpora"
	"entente/internal/archive"
	"entente/internal/datapackage"
	"entente/internal/ingest"
	"entente/internal/ingest/all"
	"entente/internal/ingest/csl"
	"entente/internal/ingest/ingesttest"
	"entente/internal/ingest/tablefile"
)

var readNorms = sync.OnceValues(func() (*entente.Corpus, error) { return datapackage.Read(corpora.CyberNorms()) })

func norms(t testing.TB) *entente.Corpus {
	t.Helper()
	c, err := readNorms()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// packed puts a corpus into a ZIP file, below a folder.
func packed(t testing.TB, c *entente.Corpus, folder string) []byte {
	t.Helper()
	files, err := datapackage.Files(c)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for n := range files {
		names = append(names, n)
	}
	slices.Sort(names)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(folder + n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(files[n]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The default corpus goes through a packed Data Package and comes out with the
// same bytes.
func TestADataPackageComesBackTheSame(t *testing.T) {
	c := norms(t)
	for _, folder := range []string{"", "corpus/v1/"} {
		p, err := all.Read(context.Background(), "c.zip", packed(t, c, folder), all.Settings{Kind: "datapackage"}, ingest.Nothing{})
		if err != nil {
			t.Fatal(err)
		}
		var back entente.Records
		for i := range p.Records {
			if err := (datapackage.Row{Table: p.Records[i].Kind, Cells: p.Records[i].List()}).AppendTo(&back); err != nil {
				t.Fatal(err)
			}
		}
		want, err := datapackage.Files(c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := datapackage.Files(entente.NewCorpus(c.Info, back))
		if err != nil {
			t.Fatal(err)
		}
		for name := range want {
			if !bytes.Equal(want[name], got[name]) {
				t.Errorf("%s differs", name)
			}
		}
		if used, _, _ := p.Count(); used != len(p.Records) || used == 0 {
			t.Errorf("%d of %d rows used", used, len(p.Records))
		}
	}
}

func TestFaultsOfAPackageAreListed(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for n, data := range map[string]string{
		"datapackage.json": `{"name":"n","version":"1","created":"2026-01-01","resources":[{"name":"actors","path":"actors.csv"}]}`,
		"actors.csv":       "id,kind,name,open\nx,planet,X,no\ny,state,Y,maybe\n",
	} {
		w, err := z.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := all.Read(context.Background(), "c.zip", b.Bytes(), all.Settings{Kind: "datapackage"}, ingest.Nothing{})
	if err == nil || !strings.Contains(err.Error(), "actors.csv:2:3") || !strings.Contains(err.Error(), "actors.csv:3:11") {
		t.Errorf("%v", err)
	}
	for data, want := range map[string]string{"": "empty", "PK": "not a ZIP file", string(packed(t, norms(t), "")[:1000]): "not a ZIP file"} {
		if _, err := all.Read(context.Background(), "c.zip", []byte(data), all.Settings{Kind: "datapackage"}, ingest.Nothing{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v", err)
		}
	}
}

const votesHeader = "rcid,ccode,member,vote,Country,Countryname,session,abstain,yes,no,importantvote,date,unres,amend,para,short,descr,me,nu,di,hr,co,ec\n"

// votesFile is a made-up file in the layout that Voeten publishes: a vote on a
// whole text, one on a paragraph of it, and one of another session.
const votesFile = votesHeader +
	`9000,366,1,3,EST,Estonia,80,0,1,1,0,2025-12-05,R/80/901,0,0,First,x,0,0,1,0,0,0
9000,740,1,1,JPN,Japan,80,0,1,1,0,2025-12-05,R/80/901,0,0,First,x,0,0,1,0,0,0
9000,20,1,8,CAN,Canada,80,0,1,1,0,2025-12-05,R/80/901,0,0,First,x,0,0,1,0,0,0
9000,367,1,2,LVA,Latvia,80,0,1,1,0,2025-12-05,R/80/901,0,0,First,x,0,0,1,0,0,0
9000,860,0,9,TLS,East Timor,80,0,1,1,0,2025-12-05,R/80/901,0,0,First,x,0,0,1,0,0,0
9001,366,1,1,EST,Estonia,80,0,1,0,0,2025-12-05,R/80/901,0,1,First: paragraph 3,x,0,0,1,0,0,0
9002,366,1,1,EST,Estonia,79,0,1,0,0,2024-12-05,R/79/902,0,0,Second,x,0,0,1,0,0,0
9002,740,1,1,JPN,Japan,79,0,2,0,0,2024-12-05,R/79/902,0,0,Second,x,0,0,1,0,0,0
9002,5000,1,1,ATL,Atlantis,79,0,2,0,0,2024-12-05,R/79/902,0,0,Second,x,0,0,1,0,0,0
`

func TestVotes(t *testing.T) {
	s := all.Settings{Kind: "voeten", Votes: &all.Votes{FromSession: 80, Body: "unga"}}
	start := norms(t).Records
	read := func(r ingest.Resolver) *ingest.Proposal {
		t.Helper()
		p, err := all.Read(context.Background(), "v.csv", []byte(votesFile), s, r)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := read(ingest.InCorpus(norms(t)))
	got := map[string]string{}
	var kinds []string
	for _, r := range p.Records {
		if r.Kind == "votes" {
			got[r.Cells["rollcall"]+" "+r.Cells["actor"]] = r.Cells["ballot"]
			continue
		}
		kinds = append(kinds, r.Kind+" "+r.Cells["id"])
		if r.Kind == "rollcalls" && (r.Cells["complete"] == "yes") != (r.Cells["id"] == "rc-80-901") {
			t.Errorf("%v", r.Cells)
		}
	}
	if diff := cmp.Diff(map[string]string{
		"rc-80-901 est": "no", "rc-80-901 jpn": "yes", "rc-80-901 can": "absent", "rc-80-901 lva": "abstain", "rc-80-901-9001 est": "yes",
	}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"instruments res-80-901", "rollcalls rc-80-901", "rollcalls rc-80-901-9001"}, kinds); diff != "" {
		t.Error(diff) // the file is a source of the corpus already
	}
	if len(p.Rows) != 2 || p.Rows[0].Why != "" || !strings.Contains(p.Rows[1].Why, "without JPN") {
		t.Errorf("%+v", p.Rows)
	}
	if notes := strings.Join(p.Notes, "\n"); !strings.Contains(notes, `no seat for "ATL 5000 Atlantis"`) {
		t.Errorf("%s", notes)
	}
	c := ingesttest.Twice(t, start, read)
	if v := c.VoteOf("rc-80-901", "can"); v == nil || v.Ballot != entente.Absent {
		t.Errorf("%+v", v)
	}
	again := read(ingest.InCorpus(c))
	if len(again.Records) != 0 || again.Rows[0].Outcome != ingest.Skipped {
		t.Errorf("%+v", again)
	}
}

// The corpus's own votes, read from the archive in the program, are not
// proposed again: their ids are the same.
func TestVotesOfTheCorpusAreKnown(t *testing.T) {
	c := norms(t)
	a, err := archive.UNGA()
	if err != nil {
		t.Fatal(err)
	}
	p, err := all.FromArchive(context.Background(), "archive", a, nil, all.Votes{Resolutions: []string{"73/27", "73/266", "999/1"}}, ingest.InCorpus(c))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range p.Records {
		t.Errorf("%+v", r)
	}
	if len(p.Rows) != 2 || p.Rows[0].Outcome != ingest.Skipped || !slices.Contains(p.Notes, "the file has no vote on 999/1") {
		t.Errorf("%+v %q", p.Rows, p.Notes)
	}
}

func TestUNDL(t *testing.T) {
	file := "undl_id,ms_code,ms_name,ms_vote,date,session,resolution,title,total_yes,total_no,total_abstentions\n" +
		"1,EST,ESTONIA,Y,2025-12-05,80,A/RES/80/901,First : resolution / adopted,1,0,0\n1,JPN,JAPAN,X,2025-12-05,80,A/RES/80/901,First : resolution / adopted,1,0,0\n"
	ingesttest.Twice(t, norms(t).Records, func(r ingest.Resolver) *ingest.Proposal {
		p, err := all.Read(context.Background(), "u.csv", []byte(file), all.Settings{Kind: "undl", Votes: &all.Votes{}}, r)
		if err != nil {
			t.Fatal(err)
		}
		return p
	})
}

func TestTablesAndReferencesTwice(t *testing.T) {
	for name, tc := range map[string]struct {
		data string
		s    all.Settings
	}{
		"statements": {
			"Country,Claim,View,Document,Day\nEstonia,law-ihl,supports,Speech,2019-05-29\nAtlantis,Something new,supports,Speech,2019\nEstonia,law-ihl,opposes,Speech,2019-05-29\n",
			all.Settings{Kind: "csv", Table: &tablefile.Mapping{
				Kind: "statements", Unknown: ingest.UnknownNew, New: ingest.New{ActorKind: "state", Pillar: "law", Issue: "x", SourceKind: "report"},
				Columns: []tablefile.Column{
					{From: "Country", To: "actor"},
					{From: "Claim", To: "proposition"},
					{From: "View", To: "stance", Words: map[string]string{"supports": "affirms", "opposes": "rejects"}},
					{From: "Document", To: "source"},
					{From: "Day", To: "date"},
					{To: "checked", Fixed: "no"},
				},
			}},
		},
		"sources": {
			"t,d,k\nReport,2019,report\nReport,2020,report\nOther,,webpage\n",
			all.Settings{Kind: "csv", Table: &tablefile.Mapping{Kind: "sources", Columns: []tablefile.Column{{From: "t", To: "title"}, {From: "d", To: "date"}, {From: "k", To: "kind"}}}},
		},
		"actors": {
			"n\nAtlantis\nLemuria\n",
			all.Settings{Kind: "csv", Table: &tablefile.Mapping{Kind: "actors", Columns: []tablefile.Column{{From: "n", To: "name"}, {To: "kind", Fixed: "state"}, {To: "open", Fixed: "no"}}}},
		},
		"references": {
			`[{"id":"a","type":"book","title":"A book","issued":{"date-parts":[[2019]]}},{"id":"b","type":"webpage","title":"A page","URL":"https://example.org/x"}]`,
			all.Settings{Kind: "csl", CSL: &csl.Settings{}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			ingesttest.Twice(t, norms(t).Records, func(r ingest.Resolver) *ingest.Proposal {
				p, err := all.Read(context.Background(), "f", []byte(tc.data), tc.s, r)
				if err != nil {
					t.Fatal(err)
				}
				return p
			})
		})
	}
}

func TestSettings(t *testing.T) {
	for data, want := range map[string]string{
		`{"kind":"datapackage"}`:                                                "",
		`{"kind":"voeten","votes":{"from_session":5}}`:                          "",
		`{"kind":"csl","csl":{"other_kind":"report"}}`:                          "",
		`{"kind":"pdf"}`:                                                        `there is no kind "pdf"`,
		`{"kind":"csv"}`:                                                        `need settings under "table"`,
		`{"kind":"csl","csl":{},"votes":{}}`:                                    `have no settings under "votes"`,
		`{"kind":"csl","csl":{"unknown":"x"}}`:                                  `s.json: csl: unknown: "x" is not allowed here`,
		`{"kind":"undl","votes":{"from_session":9,"to_session":8}}`:             "there are no sessions 9 to 8",
		`{"kind":"dna","dna":{"stance":{}}}`:                                    `s.json:1:30: there is no field "stance" here`,
		`{"kind":"refi","refi":{"actor":{"by":"fixed","name":"x","nome":"y"}}}`: `there is no field "nome" here (expected by, name)`,
	} {
		s, err := all.Load("s.json", []byte(data))
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", data, err)
				continue
			}
			b, err := s.Save()
			if err != nil {
				t.Fatal(err)
			}
			back, err := all.Load("s.json", b)
			if diff := cmp.Diff(s, back); diff != "" || err != nil {
				t.Error(diff, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", data, err)
		}
	}
	seen := map[string]bool{}
	for _, k := range all.Kinds {
		if seen[k.Name] || k.About == "" || len(k.Extensions) == 0 || k.Read == nil {
			t.Errorf("%+v", k)
		}
		seen[k.Name] = true
		if got, ok := all.Find(k.Name); !ok || got.Name != k.Name {
			t.Errorf("%s is not found", k.Name)
		}
		if _, err := k.Read(context.Background(), "f", []byte("x"), all.Settings{}, ingest.Nothing{}); err == nil {
			t.Errorf("%s read a file of one letter", k.Name)
		}
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	to := filepath.Join(dir, "corpus")
	if err := datapackage.WriteDir(norms(t), to); err != nil {
		t.Fatal(err)
	}
	p, err := all.Folder(context.Background(), to, os.DirFS(to))
	if err != nil || len(p.Records) == 0 || len(p.Notes) != 1 {
		t.Errorf("%v", err)
	}
}
