package congruence

import (
	"math"
	"strings"
	"testing"

	"entente"
)

// TestInvalidSettings: each fault is an error that says what is allowed; nothing
// is replaced by a default.
func TestInvalidSettings(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*Events, *Options)
		want []string
	}{
		{"no mode", func(_ *Events, o *Options) { o.Mode = "" }, []string{"one, two"}},
		{"kind", func(_ *Events, o *Options) { o.Kind = "agreement" }, []string{"agreement", "ignore, congruence, conflict, subtract"}},
		{"combine in one-mode", func(_ *Events, o *Options) { o.Kind = Combine }, []string{"one-mode", "subtract"}},
		{"congruence in two-mode", func(_ *Events, o *Options) { o.Mode, o.Norm = TwoMode, NoNorm }, []string{"ignore, subtract, combine"}},
		{"jaccard in two-mode", func(_ *Events, o *Options) { o.Mode, o.Kind, o.Norm = TwoMode, Ignore, Jaccard }, []string{"none, activity, prominence"}},
		{"activity in one-mode", func(_ *Events, o *Options) { o.Norm = Activity }, []string{"none, average, jaccard, cosine"}},
		{"no duplicate rule", func(_ *Events, o *Options) { o.Duplicates = "" }, []string{"all, document, week, month, year, range"}},
		{"duplicates per document without documents", func(_ *Events, o *Options) { o.Duplicates = PerDocument }, []string{"documents"}},
		{"duplicates per week without dates", func(_ *Events, o *Options) { o.Duplicates = PerWeek }, []string{"dates"}},
		{"range without dates", func(_ *Events, o *Options) { o.From = entente.Day(2020, 1, 1) }, []string{"dates"}},
		{"range backwards", func(_ *Events, o *Options) { o.From, o.To = entente.Day(2020, 1, 1), entente.Day(2019, 1, 1) }, []string{"after its end"}},
		{"unknown name in a filter", func(_ *Events, o *Options) { o.Include.Actors = []string{"Atlantis"} }, []string{"Atlantis"}},
		{"level off the scale", func(_ *Events, o *Options) { o.Exclude.Levels = []float64{7} }, []string{"level 7"}},
		{"negative threshold", func(_ *Events, o *Options) { o.MinWeight = -1 }, []string{"0 or more"}},
		{"shared concepts in two-mode", func(_ *Events, o *Options) { o.Mode, o.Kind, o.MinShared = TwoMode, Ignore, 1 }, []string{"one-mode"}},
		{"subtracting categories", func(ev *Events, o *Options) {
			ev.Scale = Scale{Kind: Nominal, Categories: []string{"a", "b"}}
			o.Mode, o.Kind = TwoMode, Subtract
		}, []string{"ignore or combine"}},
		{"value off the scale", func(ev *Events, _ *Options) { ev.Qualifier[3] = 2 }, []string{"event 3", "0 or 1"}},
		{"infinite value", func(ev *Events, _ *Options) { ev.Scale.Kind = Integer; ev.Qualifier[3] = math.Inf(1) }, []string{"event 3"}},
		{"unknown scale", func(ev *Events, _ *Options) { ev.Scale.Kind = "ratio" }, []string{"binary, integer, ordinal or nominal"}},
		{"actor code", func(ev *Events, _ *Options) { ev.Actor[2] = 9 }, []string{"event 2", "9"}},
		{"twice the same name", func(ev *Events, _ *Options) { ev.Actors[0] = ev.Actors[1] }, []string{"twice"}},
		{"arrays of different length", func(ev *Events, _ *Options) { ev.Qualifier = ev.Qualifier[:2] }, []string{"Qualifier"}},
	} {
		ev, o := table(), options(OneMode, Congruence, NoNorm)
		c.edit(ev, &o)
		_, err := New(ev, o)
		if err == nil || entente.KindOf(err) != entente.Invalid {
			t.Errorf("%s: error %v, want an invalid setting", c.name, err)
			continue
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q does not say %q", c.name, err, part)
			}
		}
	}
}

func TestInvalidWindows(t *testing.T) {
	ev := synthetic(1, 50, 3, 3, Scale{Kind: Binary})
	for _, c := range []struct {
		name string
		w    Window
		kind Kind
		want string
	}{
		{"unit", Window{"fortnight", 2, 1, NoKernel}, Ignore, "day, week, month, year, event"},
		{"kernel", Window{Days, 2, 1, "tophat"}, Ignore, "triangular"},
		{"no kernel named", Window{Days, 2, 1, ""}, Ignore, "none"},
		{"width", Window{Days, 0, 1, NoKernel}, Ignore, "1 or more"},
		{"step", Window{Days, 2, 0, NoKernel}, Ignore, "1 or more"},
		{"odd width with a kernel", Window{Days, 3, 1, Gaussian}, Ignore, "even"},
		{"kernel over events", Window{OnEvents, 4, 1, Gaussian}, Ignore, "needs time"},
		{"too wide", Window{Years, 90, 1, NoKernel}, Ignore, "no window"},
	} {
		_, err := Windows(ev, options(OneMode, c.kind, NoNorm), c.w)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v does not say %q", c.name, err, c.want)
		}
	}
	_, err := Windows(ev, options(TwoMode, Combine, NoNorm), Window{Days, 10, 1, Gaussian})
	if err == nil {
		t.Error("combine with a kernel: no error")
	}
}

func TestInvalidBootstrap(t *testing.T) {
	ev := table()
	for _, c := range []struct {
		b    Bootstrap
		want string
	}{
		{Bootstrap{Unit: "word", Draws: 100, Level: 0.95}, "document, statement"},
		{Bootstrap{Unit: Statement, Draws: 0, Level: 0.95}, "20 to 10000"},
		{Bootstrap{Unit: Statement, Draws: 100}, "0.95"},
		{Bootstrap{Unit: Document, Draws: 100, Level: 0.95}, "have none"},
	} {
		if _, err := NewWithInterval(ev, options(OneMode, Ignore, NoNorm), c.b); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v does not say %q", c.b, err, c.want)
		}
	}
}
