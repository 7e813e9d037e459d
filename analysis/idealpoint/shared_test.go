package idealpoint

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"entente/internal/testskip"
)

// archive is the General Assembly's votes as the shared data folder holds them.
type archive struct {
	votes   *Votes
	bridges []Bridge
	data    *Data
	report  *Report
	// published[key] is the June 2024 estimate by state name and session.
	published map[stateSession]published
}

type stateSession struct {
	state   string
	session int
}

type published struct {
	ideal, q5, q95 float64
	n              int
}

var loadOnce = sync.OnceValues(func() (*archive, error) { return load(sharedDir) })

// sharedDir is set by the first test that asks, before loadOnce runs.
var sharedDir string

func unga(t testing.TB) *archive {
	t.Helper()
	sharedDir = filepath.Join(testskip.Shared(t), "data")
	a, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// one joins the codes that are one state in the Correlates of War list.
func one(iso3 string) string {
	switch iso3 {
	case "SCG", "SRB":
		return "YUG"
	}
	return iso3
}

func load(dir string) (*archive, error) {
	a := &archive{votes: new(Votes), published: map[stateSession]published{}}
	v := a.votes
	at := map[string]int32{}
	err := eachRow(filepath.Join(dir, "unga-rollcalls.csv.gz"), func(f func(string) string) error {
		r := RollCall{Label: f("title"), Amendment: f("amendment") == "1", Paragraph: f("paragraph") == "1"}
		var e1, e2, e3 error
		r.ID, e1 = strconv.Atoi(f("rcid"))
		r.Session, e2 = strconv.Atoi(f("session"))
		r.Year, e3 = strconv.Atoi(f("date")[:4])
		at[f("rcid")] = int32(len(v.RollCalls))
		v.RollCalls = append(v.RollCalls, r)
		return errors.Join(e1, e2, e3)
	})
	if err != nil {
		return nil, err
	}
	states := map[string]int32{}
	err = eachRow(filepath.Join(dir, "unga-votes.csv.gz"), func(f func(string) string) error {
		y := map[string]uint8{"yes": Yes, "abstain": Abstain, "no": No}[f("vote")]
		if y == 0 {
			return nil
		}
		name := one(f("iso3"))
		// Two German and two Yemeni states share a code (README-unga.md).
		if s, err := strconv.Atoi(f("session")); err != nil {
			return err
		} else if s <= 45 && (name == "DEU" || name == "YEM") {
			name += "-1990"
		}
		s, ok := states[name]
		if !ok {
			s = int32(len(v.States))
			states[name] = s
			v.States = append(v.States, name)
		}
		v.Casts = append(v.Casts, Cast{State: s, RollCall: at[f("rcid")], Y: y})
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachRow(filepath.Join(dir, "unga-bridges.csv"), func(f func(string) string) error {
		e, e1 := strconv.Atoi(f("rcid_earlier"))
		l, e2 := strconv.Atoi(f("rcid_later"))
		a.bridges = append(a.bridges, Bridge{e, l})
		return errors.Join(e1, e2)
	})
	if err != nil {
		return nil, err
	}
	iso := map[string]string{"345": "YUG", "260": "DEU-1990", "255": "DEU", "678": "YEM-1990", "679": "YEM"}
	err = eachRow(filepath.Join(dir, "unga-states.csv"), func(f func(string) string) error {
		if _, ok := iso[f("cow")]; !ok {
			iso[f("cow")] = f("iso3")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachRow(filepath.Join(dir, "idealpoints-bsv-2024-06.csv.gz"), func(f func(string) string) error {
		s, e1 := strconv.Atoi(f("session"))
		var p published
		var e2, e3, e4, e5 error
		p.ideal, e2 = strconv.ParseFloat(f("ideal"), 64)
		p.q5, e3 = strconv.ParseFloat(f("q5"), 64)
		p.q95, e4 = strconv.ParseFloat(f("q95"), 64)
		if n := f("nvotes"); n != "" {
			p.n, e5 = strconv.Atoi(n)
		}
		a.published[stateSession{iso[f("cow")], s}] = p
		return errors.Join(e1, e2, e3, e4, e5)
	})
	if err != nil {
		return nil, err
	}
	a.data, a.report, err = Prepare(a.votes, a.bridges, BSVRules())
	return a, err
}

// eachRow calls do with a reader of the row's fields by name.
func eachRow(path string, do func(field func(string) string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return err
		}
	}
	r := csv.NewReader(in)
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return err
	}
	head = slices.Clone(head)
	for {
		row, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		field := func(name string) string {
			for i, h := range head {
				if h == name {
					return row[i]
				}
			}
			return ""
		}
		if err := do(field); err != nil {
			return err
		}
	}
}

func TestPrepareGivesThePublishedCounts(t *testing.T) {
	a := unga(t)
	r := a.report
	t.Logf("%+v", *r)
	// votes.md 2.1, counted there from the same file by other code.
	for _, c := range []struct {
		name      string
		got, want int
	}{
		{"votes", r.Votes, 814_458},
		{"roll calls", r.RollCalls, 5_829},
		{"state-sessions", r.StateSessions, 10_662},
		{"items", r.Items, 4_880},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.name, c.got, c.want)
		}
	}
}
