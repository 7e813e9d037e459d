package web

import (
	"net/http"
	"strings"
	"testing"

	"entente/internal/view"
)

// The page draws what its tables say: one mark per row.
func TestScaleFigureAndTables(t *testing.T) {
	for path, tables := range map[string]int{"/scale": 5, "/scale?session=73": 1, "/scale?session=40-48&actor=ddr&actor=deu&actor=srb&method=smooth": 4} {
		doc := parse(t, get(t, path).Body.Bytes())
		dots, rows, found := 0, 0, 0
		for _, n := range all(doc, "g") {
			if c := attr(n, "class"); c == "dot" || c == "dot hollow" {
				dots++
			}
		}
		for _, n := range all(doc, "tbody") {
			found++
			rows += len(all(n, "tr"))
		}
		if dots != rows || dots == 0 || found != tables {
			t.Errorf("%s: %d marks, %d rows in %d tables, want %d tables", path, dots, rows, found, tables)
		}
	}
}

// What is not asked for is a part, and the page says so and leads to the whole.
func TestScaleSaysThatItIsAPart(t *testing.T) {
	whole := `href="/scale?session=1-75"`
	if body := get(t, "/scale").Body.String(); !strings.Contains(body, whole) || !strings.Contains(body, "sessions 60 to 75 only") {
		t.Error("the page does not say that it shows a part")
	}
	if body := get(t, "/scale?session=60-75").Body.String(); strings.Contains(body, whole) {
		t.Error("a part that was asked for is called a part")
	}
}

// All forms of a page, and pages of other states, share one fit.
func TestScaleIsFittedOnce(t *testing.T) {
	s := siteOf(t)
	b, err := s.votes()
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method string) *view.Scaling {
		o, err := b.ParseScale("70", "71", nil, method, "")
		if err != nil {
			t.Fatal(err)
		}
		fit, err := s.scales.get(b, o)
		if err != nil {
			t.Fatal(err)
		}
		return fit
	}
	if ask("") != ask("bsv") {
		t.Error("the same options were fitted twice")
	}
	if ask("") == ask("smooth") {
		t.Error("another method got the same fit")
	}
}

func TestScaleOfNothing(t *testing.T) {
	for _, c := range []struct {
		path   string
		status int
		want   string
	}{
		{"/scale?session=19", http.StatusBadRequest, "a session needs two roll calls or more"},
		{"/scale?session=1-40&topic=ict", http.StatusBadRequest, "no roll call passes the filter"},
		{"/scale?session=80", http.StatusBadRequest, "sessions 1 to 75"},
		{"/scale?session=75-70", http.StatusBadRequest, "after session 70"},
		{"/scale?method=mcmc", http.StatusBadRequest, "bsv, smooth, binary"},
		{"/scale?actor=eu", http.StatusBadRequest, "no seat"},
		{"/scale?actor=atlantis", http.StatusNotFound, "atlantis"},
		{"/scale?actor=ddr", http.StatusOK, "None of the states you chose has a point here."},
		{"/scale?session=73&actor=ddr&actor=usa", http.StatusOK, "they have no point: German Democratic Republic."},
	} {
		w := get(t, c.path)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: status %d, want %d and %q", c.path, w.Code, c.status, c.want)
		}
	}
}
