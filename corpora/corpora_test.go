package corpora_test

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"entente"
	"entente/corpora"
	"entente/internal/datapackage"

	"github.com/google/go-cmp/cmp"
)

func cyberNorms(t testing.TB) *entente.Corpus {
	t.Helper()
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatalf("the embedded corpus has faults:\n%v", err)
	}
	return c
}

// Reading and writing the embedded corpus gives the same bytes: the files are in
// canonical form. A file that somebody edited by hand fails here; `entente
// export` into a new folder writes the canonical form.
func TestTheCorpusIsInCanonicalForm(t *testing.T) {
	files, err := datapackage.Files(cyberNorms(t))
	if err != nil {
		t.Fatal(err)
	}
	embedded := corpora.CyberNorms()
	for name, want := range files {
		got, err := fs.ReadFile(embedded, name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !bytes.Equal(got, want) {
			line := 1
			for i := 0; i < min(len(got), len(want)) && got[i] == want[i]; i++ {
				if got[i] == '\n' {
					line++
				}
			}
			t.Errorf("%s is not in canonical form from line %d on: export the corpus into a new folder and take the file from there", name, line)
		}
	}
	list, err := fs.ReadDir(embedded, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if _, ok := files[f.Name()]; !ok {
			t.Errorf("%s is embedded but no part of the corpus", f.Name())
		}
	}
}

func TestTheCorpusSaysWhatItIs(t *testing.T) {
	info := cyberNorms(t).Info
	if info.Name != "cybernorms" || info.Licence != "CC-BY-4.0" {
		t.Errorf("name %q, licence %q", info.Name, info.Licence)
	}
	if info.Title == "" || info.Version == "" || info.Released.IsZero() || info.Released.Partial() {
		t.Errorf("title, version or day of release is missing: %+v", info)
	}
	if info.Note == "" {
		t.Error("the description, which tells the provenance, is empty")
	}
}

// No table may be lost on the way, and none may shrink without somebody saying
// so here. (Lower bounds; the tables grow.)
func TestTheCorpusIsWhole(t *testing.T) {
	c := cyberNorms(t)
	for name, n := range map[string]struct{ got, least int }{
		"actors":         {len(c.Actors), 260},
		"memberships":    {len(c.Memberships), 440},
		"sources":        {len(c.Sources), 400},
		"instruments":    {len(c.Instruments), 140},
		"participations": {len(c.Participations), 550},
		"roll calls":     {len(c.RollCalls), 20},
		"votes":          {len(c.Votes), 3275}, // the 17 roll calls of the General Assembly alone
		"propositions":   {len(c.Propositions), 64},
		"implications":   {len(c.Implications), 70},
		"statements":     {len(c.Statements), 745},
		"coverage":       {len(c.Coverages), 400},
		"projects":       {len(c.Projects), 20},
		"incidents":      {len(c.Incidents), 12},
		"attributions":   {len(c.Attributions), 70},
		"facts":          {len(c.Facts), 46},
		"suggestions":    {len(c.Suggestions), 1},
	} {
		if n.got < n.least {
			t.Errorf("%d %s, want at least %d", n.got, name, n.least)
		}
	}
}

// What a record may claim follows from its source. None of these is a matter of
// taste: each would let a figure rest on nothing.
func TestNoRecordClaimsMoreThanItsSource(t *testing.T) {
	c := cyberNorms(t)
	for i := range c.Statements {
		s := &c.Statements[i]
		if s.Stance == entente.AffirmsWithConditions && s.Conditions == "" && s.Note == "" {
			t.Errorf("statement %s is conditional, the conditions are not told", s.ID)
		}
		if c.StatementLevel(s) == entente.Primary && s.Date.IsZero() && c.Source(s.Source).Date.IsZero() {
			t.Errorf("statement %s is primary and has no date at all", s.ID)
		}
		if s.Checked && s.Source == "gk" {
			t.Errorf("statement %s is ticked as read in general knowledge", s.ID)
		}
	}
	var vague []string
	for i := range c.Statements {
		if s := &c.Statements[i]; s.Checked && s.Pinpoint == "" {
			vague = append(vague, s.ID)
		}
	}
	if len(vague) > 0 {
		t.Errorf("%d statements count as read and give no place in their source:\n%s", len(vague), strings.Join(vague, "\n"))
	}
	for i := range c.Propositions {
		p := &c.Propositions[i]
		for at, n := p, 0; at.Parent != ""; at = c.Proposition(at.Parent) {
			if n++; n > 10 {
				t.Errorf("proposition %s is its own ancestor", p.ID)
				break
			}
		}
	}
}

// Only members of the United Nations vote, and a roll call that is called
// complete accounts for nearly all of them (191 members before 2006, 192 until
// 2011, 193 since; one member's row is missing in A/RES/71/28).
func TestRollCalls(t *testing.T) {
	c := cyberNorms(t)
	n := map[string]int{}
	for i := range c.Votes {
		v := &c.Votes[i]
		n[v.RollCall]++
		if a := c.Actor(v.Actor); a.Kind != entente.State || a.UNStatus != "member" {
			t.Errorf("%s votes in %s and is no member of the United Nations", v.Actor, v.RollCall)
		}
	}
	for i := range c.RollCalls {
		rc := &c.RollCalls[i]
		in := c.Instrument(rc.Instrument)
		if rc.Complete && (n[rc.ID] < 190 || n[rc.ID] > 193) {
			t.Errorf("%s is called complete and has %d votes", rc.ID, n[rc.ID])
		}
		if !in.Date.IsZero() && !in.Date.Contains(rc.Date) && !rc.Date.Contains(in.Date) {
			t.Errorf("%s was voted on %v, its instrument %s is of %v", rc.ID, rc.Date, in.ID, in.Date)
		}
	}
}

// The same files give the same corpus each time.
func TestReadingTwiceGivesTheSame(t *testing.T) {
	one, two := cyberNorms(t), cyberNorms(t)
	if diff := cmp.Diff(one.Records, two.Records, cmp.Comparer(func(a, b entente.Date) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		if _, err := datapackage.Read(corpora.CyberNorms()); err != nil {
			b.Fatal(err)
		}
	}
}
