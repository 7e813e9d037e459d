package events

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/analysis/congruence"
)

// yesNo are the words of a binary qualifier.
var yesNo = map[string]float64{"0": 0, "1": 1, "no": 0, "yes": 1, "false": 0, "true": 1, "-": 0, "+": 1, "disagree": 0, "agree": 1}

func stanceWord(s string) (float64, bool) {
	w := entente.Stance(strings.ReplaceAll(strings.ToLower(s), " ", "-"))
	if !slices.Contains(entente.Stances, w) {
		return 0, false
	}
	return float64(w.Score()), true
}

func number(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsNaN(f) && math.Abs(f) <= 1e9
}

func binary(s string) (float64, bool) {
	v, ok := yesNo[strings.ToLower(s)]
	return v, ok
}

func stance(s string) (float64, bool) {
	if v, ok := stanceWord(s); ok {
		return v, true
	}
	v, ok := number(s)
	return v, ok && v == math.Trunc(v) && v >= -2 && v <= 2
}

func checkScale(scale string) error {
	if slices.Contains(Scales, scale) {
		return nil
	}
	if _, _, ok := bounds(scale); ok {
		return nil
	}
	return &entente.Error{
		Kind: entente.Invalid, Op: "read events", Place: "scale", Msg: fmt.Sprintf("there is no scale %q", clip(scale, 40)),
		Hint: "expected one of " + strings.Join(Scales, ", ") + ", or MIN:MAX in whole numbers, for example -2:2",
	}
}

// bounds reads "-2:2".
func bounds(s string) (low, high float64, ok bool) {
	a, b, found := strings.Cut(s, ":")
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	return float64(x), float64(y), found && errX == nil && errY == nil && x < y && y-x < maxLevels
}

// scale sets the events' scale and gives the number that stands for each
// different value of the qualifier.
func (r *reader) scale(ev *congruence.Events) ([]float64, error) {
	low, high, ordinal := bounds(r.o.Scale)
	inBounds := func(s string) (float64, bool) {
		v, ok := number(s)
		return v, ok && v == math.Trunc(v) && v >= low && v <= high
	}
	forms := []struct {
		name  string
		scale congruence.Scale
		read  func(string) (float64, bool)
		what  string
	}{
		{Binary, congruence.Scale{Kind: congruence.Binary}, binary, "0 or 1, no or yes, false or true"},
		{Stances, congruence.Stances(), stance, "one of the five stances, or a whole number from -2 to 2"},
		{Integer, congruence.Scale{Kind: congruence.Integer}, number, "a number"},
		{r.o.Scale, congruence.Scale{Kind: congruence.Ordinal, Min: low, Max: high}, inBounds, "a whole number from " + strings.Replace(r.o.Scale, ":", " to ", 1)},
	}
	if !ordinal {
		forms = forms[:3]
	}
	auto := r.o.Scale == Auto
	for _, f := range forms {
		read := f.read
		if auto && f.name == Stances {
			read = stanceWord // plain numbers are numbers
		}
		if !auto && f.name != r.o.Scale {
			continue
		}
		values, wrong := r.all(read)
		switch {
		case len(wrong) == 0:
			ev.Scale, r.report.Scale, r.report.FromData = f.scale, f.name, auto
			return values, r.levels(len(r.values.list))
		case !auto:
			return nil, r.wrong(wrong, f.what)
		}
	}
	ev.Scale = congruence.Scale{Kind: congruence.Nominal, Categories: slices.Sorted(slices.Values(r.values.list))}
	r.report.Scale, r.report.FromData = Nominal, auto
	if err := r.levels(len(r.values.list)); err != nil {
		return nil, err
	}
	values := make([]float64, len(r.values.list))
	for i, s := range r.values.list {
		at, _ := slices.BinarySearch(ev.Scale.Categories, s)
		values[i] = float64(at)
	}
	return values, nil
}

func (r *reader) levels(n int) error {
	if n <= maxLevels {
		return nil
	}
	return &entente.Error{
		Kind: entente.Invalid, Op: "read events", Place: r.name, Msg: fmt.Sprintf("the column %q has %d different values, more than %d", r.qualifier.name, n, maxLevels),
		Hint: "is this the qualifier?",
	}
}

// all reads every value; wrong lists the codes of those that do not fit.
func (r *reader) all(read func(string) (float64, bool)) (values []float64, wrong []int32) {
	values = make([]float64, len(r.values.list))
	for i, s := range r.values.list {
		v, ok := read(s)
		if !ok {
			wrong = append(wrong, int32(i)) //nolint:gosec // bounded by MaxRows
		}
		values[i] = v
	}
	return values, wrong
}

// wrong lists the first rows whose qualifier does not fit the scale.
func (r *reader) wrong(codes []int32, what string) error {
	for i, v := range r.value {
		if v < 0 {
			continue
		}
		if _, bad := slices.BinarySearch(codes, v); bad {
			if r.note(r.fault(int(r.line[i]), int(r.column[i]), "expected "+what, "%q does not fit the scale %s", clip(r.values.list[v], 40), r.o.Scale)) {
				break
			}
		}
	}
	return r.faults.Err()
}
