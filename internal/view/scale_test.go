package view

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/analysis/idealpoint"
	"entente/internal/archive"
	"entente/internal/testskip"
)

func scaled(t *testing.T, b VoteBuilder, from, to string, topics ...string) *Scaling {
	t.Helper()
	o, err := b.ParseScale(from, to, topics, "", "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := b.Scale(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The archive, the joins and the bridges give what the published rules left:
// the counts are those of analysis/idealpoint's TestPrepareGivesThePublishedCounts,
// which reads other files by other code.
func TestScaleVotesOfAllSessions(t *testing.T) {
	b := voteBuilder(t)
	var calls []int
	for i := range b.Archive.Calls {
		if !leftOfScale(&b.Archive.Calls[i], 0) {
			calls = append(calls, i)
		}
	}
	v, bridges, _ := b.scaleVotes(calls, sourceSet{})
	_, r, err := idealpoint.Prepare(v, bridges, idealpoint.BSVRules())
	if err != nil {
		t.Fatal(err)
	}
	got := []int{r.Votes, r.RollCalls, r.StateSessions, r.Items, len(r.ShortSessions), len(r.RareStates), len(r.LoneVotes)}
	if d := cmp.Diff([]int{814_458, 5_829, 10_662, 4_880, 1, 1, 1}, got); d != "" {
		t.Error(d)
	}
}

// Sessions 60-75 against the estimates published in June 2024, joined by the
// numbers of the seats: a wrong join or a wrong ballot would show here.
func TestScaleAgainstPublished(t *testing.T) {
	path := filepath.Join(testskip.Shared(t), "data", "idealpoints-bsv-2024-06.csv.gz")
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	b := voteBuilder(t)
	names := archive.NewNames(b.Archive.Seats)
	col := func(name string) int { return slices.Index(rows[0], name) }
	type key struct{ code, session string }
	published := map[key]float64{}
	for _, r := range rows[1:] {
		cow, _ := strconv.Atoi(r[col("cow")])
		session, _ := strconv.Atoi(r[col("session")])
		if i := names.Number(cow, session); i >= 0 {
			published[key{b.Archive.Seats[i].Code, r[col("session")]}], _ = strconv.ParseFloat(r[col("ideal")], 64)
		}
	}
	v := b.ScalePage(scaled(t, b, "60", "75"), nil).Data.(*Scale)
	for n := 60; n <= 75; n++ {
		var x, y []float64
		for _, p := range v.Points {
			if q, ok := published[key{p.ISO3, strconv.Itoa(n)}]; ok && p.Session == n {
				x, y = append(x, p.X), append(y, q)
			}
		}
		if r := correlation(x, y); len(x) < 185 || r < 0.98 {
			t.Errorf("session %d: r %.4f over %d states, want 0.98 over 185 or more", n, r, len(x))
		}
	}
}

func correlation(x, y []float64) float64 {
	var sx, sy, sxx, syy, sxy float64
	n := float64(len(x))
	for i := range x {
		sx, sy, sxx, syy, sxy = sx+x[i], sy+y[i], sxx+x[i]*x[i], syy+y[i]*y[i], sxy+x[i]*y[i]
	}
	return (sxy - sx*sy/n) / math.Sqrt((sxx-sx*sx/n)*(syy-sy*sy/n))
}

func TestScalePage(t *testing.T) {
	b := voteBuilder(t)
	s := scaled(t, b, "58", "62")
	all := b.ScalePage(s, nil)
	v := all.Data.(*Scale)
	if !v.Fit.Converged || v.Fit.MaxDelta >= v.Fit.Tolerance || v.Fit.Sweeps < 1 {
		t.Errorf("fit: %+v", v.Fit)
	}
	if len(v.Points) != v.Data.StateSessions || len(all.Table.Rows) != len(v.Points) {
		t.Errorf("%d points, %d rows, %d state-sessions", len(v.Points), len(all.Table.Rows), v.Data.StateSessions)
	}
	if d := cmp.Diff([]string{"iso3", "session", "x", "lo", "hi", "votes"}, all.Table.Header); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]entente.SourceID{"voeten-lejuqz"}, all.Sources); d != "" {
		t.Error(d)
	}
	for _, row := range all.Table.Rows {
		for _, cell := range row[2:5] {
			if _, decimals, _ := strings.Cut(cell, "."); len(decimals) > 6 {
				t.Fatalf("more than six decimals: %v", row)
			}
		}
	}
	for _, p := range v.Points {
		if p.Lo > p.X || p.X > p.Hi || p.Lo > p.Mode || p.Mode > p.Hi {
			t.Errorf("the interval of %s in session %d, %g to %g, does not hold %g and %g", p.ISO3, p.Session, p.Lo, p.Hi, p.X, p.Mode)
		}
	}
	// Quartiles by counting: a quarter of the states lies at or below the first.
	for _, q := range v.Sessions {
		below := 0
		for _, p := range v.Points {
			if p.Session == q.Session && p.X <= q.Low {
				below++
			}
		}
		if share := float64(below) / float64(q.States); share < 0.24 || share > 0.27 {
			t.Errorf("session %d: %.3f of the states at or below the lower quartile", q.Session, share)
		}
	}
	// One line for the seats that Serbia held, under each code in its time.
	var codes []string
	part := b.ScalePage(s, []int{b.Archive.Seat("SRB")}).Data.(*Scale)
	for _, p := range part.Points {
		codes = append(codes, p.ISO3+" "+strconv.Itoa(p.Session))
	}
	if d := cmp.Diff([]string{"SCG 58", "SCG 59", "SCG 60", "SRB 61", "SRB 62"}, codes); d != "" {
		t.Error(d)
	}
	if len(part.Without) > 0 {
		t.Errorf("Serbia has points, but is listed without: %v", part.Without)
	}
	if w := b.ScalePage(s, []int{b.Archive.Seat("DDR")}).Data.(*Scale).Without; len(w) != 1 || w[0].Code != "DDR" {
		t.Errorf("without points: %v, want the German Democratic Republic", w)
	}
	if g := part.Groups(); len(g) != 1 || g[0].Name != "Serbia" || len(g[0].Points) != 5 {
		t.Errorf("groups: %+v", g)
	}
}

// The choice of states changes what is shown, never the fit.
func TestScaleOfAPartIsThatOfTheWhole(t *testing.T) {
	b := voteBuilder(t)
	s := scaled(t, b, "73", "73")
	all := b.ScalePage(s, nil).Data.(*Scale)
	part := b.ScalePage(s, []int{b.Archive.Seat("EST")}).Data.(*Scale)
	i := slices.IndexFunc(all.Points, func(p ScalePoint) bool { return p.ISO3 == "EST" })
	if d := cmp.Diff(all.Points[i:i+1], part.Points); d != "" {
		t.Error(d)
	}
}

// Later roll calls are on ICTs only: beside the whole Assembly they stay out.
func TestScaleLaterRollCalls(t *testing.T) {
	b := voteBuilder(t)
	if v := b.ScalePage(scaled(t, b, "", "", "ict"), nil).Data.(*Scale); v.Sessions[len(v.Sessions)-1].Session != 78 || v.Data.Later != 0 {
		t.Errorf("on ICTs the scale ends in session %d", v.Sessions[len(v.Sessions)-1].Session)
	}
	if first, last := b.scaleSpan(0); first != 1 || last != 75 {
		t.Errorf("all topics: sessions %d to %d, want 1 to 75", first, last)
	}
}

func TestScaleRefuses(t *testing.T) {
	b := voteBuilder(t)
	for _, c := range []struct {
		name, from, to, topic, method, want string
	}{
		{"a session with one roll call", "19", "19", "", "", "two roll calls"},
		{"a topic without a vote", "1", "5", "ict", "", "no roll call passes"},
		{"a topic that does not exist", "", "", "weather", "", "no topic"},
		{"sessions the wrong way round", "75", "70", "", "", "after session 70"},
		{"no number", "x", "", "", "", "no session"},
		{"a later session", "78", "", "", "", "sessions 1 to 75"},
		{"an unknown method", "", "", "", "mcmc", "no method"},
	} {
		var topics []string
		if c.topic != "" {
			topics = []string{c.topic}
		}
		o, err := b.ParseScale(c.from, c.to, topics, c.method, "")
		if err == nil {
			_, err = b.Scale(o)
		}
		if err == nil || entente.KindOf(err) != entente.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an invalid one with %q", c.name, err, c.want)
		}
	}
}

// tiny makes a synthetic archive of two sessions: the named seats, one row of
// ballots per roll call.
func tiny(t *testing.T, seats []string, rows ...string) VoteBuilder {
	t.Helper()
	letters := map[rune]archive.Ballot{'y': archive.Yes, 'a': archive.Abstain, 'n': archive.No, 'x': archive.Absent}
	var s []archive.Seat
	for _, code := range seats {
		s = append(s, archive.Seat{Code: code, Name: code})
	}
	var calls []archive.Call
	var ballots [][]archive.Ballot
	for i, row := range rows {
		calls = append(calls, archive.Call{ID: strconv.Itoa(i + 1), Session: 1 + i*2/max(2, len(rows))})
		var r []archive.Ballot
		for _, l := range row {
			r = append(r, letters[l])
		}
		ballots = append(ballots, r)
	}
	a, err := archive.New(archive.Info{Name: "synthetic"}, s, calls, ballots, nil)
	if err != nil {
		t.Fatal(err)
	}
	return VoteBuilder{Builder: builder(t), Archive: a}
}

// Archives that a user brings may define nothing; the answer says so.
func TestScaleOfSyntheticArchives(t *testing.T) {
	for _, c := range []struct {
		name  string
		seats []string
		rows  []string
		want  string
	}{
		{"one state", []string{"AAA"}, []string{"y", "n", "y", "n"}, "all answers are equal"},
		{"one roll call", []string{"AAA", "BBB", "CCC"}, []string{"yna"}, "two roll calls"},
		{"all yes", []string{"AAA", "BBB"}, []string{"yy", "yy", "yy", "yy"}, "all answers are equal"},
		{"one text with a difference", []string{"AAA", "BBB", "CCC"}, []string{"yyy", "yyy", "yna", "yyy"}, "two items or more"},
		{"nobody there", []string{"AAA", "BBB"}, []string{"xx", "xx"}, "no vote"},
		{"nobody twice", []string{"AAA", "BBB", "CCC", "DDD"}, []string{"ynxx", "nyxx", "xxyn", "xxny"}, "one session only"},
		{"two halves that never meet", []string{"AAA", "BBB", "CCC", "DDD"}, []string{"ynxx", "nyxx", "xxyn", "xxny", "ynxx", "nyxx", "xxyn", "xxny"}, "parts"},
		{"enough", []string{"AAA", "BBB", "CCC"}, []string{"yyn", "ynn", "yan", "ynn"}, ""},
	} {
		b := tiny(t, c.seats, c.rows...)
		o, err := b.ParseScale("", "", nil, "", "")
		if err != nil {
			t.Fatal(err)
		}
		s, err := b.Scale(o)
		if c.want != "" {
			if err == nil || entente.KindOf(err) != entente.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want an invalid one with %q", c.name, err, c.want)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		v := b.ScalePage(s, nil).Data.(*Scale)
		if v.Anchors.Both || len(v.Anchors.Plus) > 0 || len(v.Points) != 6 {
			t.Errorf("%s: anchors %+v, %d points", c.name, v.Anchors, len(v.Points))
		}
	}
}
