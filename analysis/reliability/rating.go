package reliability

import (
	"fmt"
	"slices"

	"entente"
)

// Rating is one coder's judgment of one unit. A judgment that was not made is
// simply not in the list; an empty Value is an error.
type Rating struct {
	Unit  string // what was judged
	Coder string // by whom
	Value string // the word that was chosen
}

// maxRatings bounds the memory of one call: some 500 MB.
const maxRatings = 5_000_000

// rated is a rating with numbers for names.
type rated struct{ unit, coder, value int32 }

// table holds checked ratings. Units and coders are numbered in the order of
// their names, values by the scale, or by their names where there is none.
type table struct {
	units, coders, values []string
	rows                  []rated // by unit, then coder
}

// compile checks every rating; the first fault in the order of the list is the
// error.
func compile(ratings []Rating, o Options) (*table, error) {
	if len(ratings) > maxRatings {
		return nil, bad("", fmt.Sprintf("measure at most %d at a time", maxRatings), "%d ratings are too many", len(ratings))
	}
	onScale := make(map[string]int32, len(o.Order))
	for i, v := range o.Order {
		onScale[v] = int32(i)
	}
	for i, r := range ratings {
		switch {
		case r.Unit == "":
			return nil, bad(fmt.Sprintf("rating %d", i+1), "name what was judged", "no unit")
		case r.Coder == "":
			return nil, bad(r.place(), "name the coder, or a pseudonym", "no coder")
		case r.Value == "":
			return nil, bad(r.place(), "leave a missing judgment out of the list", "no value")
		}
		if _, ok := onScale[r.Value]; !ok && o.Level == Ordinal {
			return nil, bad(r.place(), fmt.Sprintf("use one of %q, or leave the judgment out", o.Order), "%q is not on the scale", r.Value)
		}
	}
	t := &table{
		units:  names(ratings, func(r *Rating) string { return r.Unit }),
		coders: names(ratings, func(r *Rating) string { return r.Coder }),
		values: o.Order,
	}
	value := onScale
	if o.Level == Nominal {
		t.values = names(ratings, func(r *Rating) string { return r.Value })
		value = numbers(t.values)
	}
	unit, coder := numbers(t.units), numbers(t.coders)
	t.rows = make([]rated, len(ratings))
	for i, r := range ratings {
		t.rows[i] = rated{unit[r.Unit], coder[r.Coder], value[r.Value]}
	}
	slices.SortFunc(t.rows, func(a, b rated) int {
		if a.unit != b.unit {
			return int(a.unit) - int(b.unit)
		}
		return int(a.coder) - int(b.coder)
	})
	for i := 1; i < len(t.rows); i++ {
		a, b := t.rows[i-1], t.rows[i]
		if a.unit == b.unit && a.coder == b.coder {
			r := Rating{Unit: t.units[a.unit], Coder: t.coders[a.coder]}
			e := bad(r.place(), "keep the judgment that counts", "two ratings, %q and %q", t.values[a.value], t.values[b.value])
			e.Kind = entente.Conflict
			return nil, e
		}
	}
	return t, nil
}

// each calls f with the rows of every unit, in order.
func (t *table) each(f func(rows []rated)) {
	for from := 0; from < len(t.rows); {
		to := from + 1
		for to < len(t.rows) && t.rows[to].unit == t.rows[from].unit {
			to++
		}
		f(t.rows[from:to])
		from = to
	}
}

func (r *Rating) place() string { return fmt.Sprintf("unit %q, coder %q", r.Unit, r.Coder) }

// names lists the distinct names in order.
func names(ratings []Rating, of func(*Rating) string) []string {
	seen := map[string]bool{}
	var list []string
	for i := range ratings {
		if s := of(&ratings[i]); !seen[s] {
			seen[s] = true
			list = append(list, s)
		}
	}
	slices.Sort(list)
	return list
}

// numbers maps each name of a list to its place.
func numbers(list []string) map[string]int32 {
	m := make(map[string]int32, len(list))
	for i, s := range list {
		m[s] = int32(i)
	}
	return m
}

func bad(place, hint, format string, args ...any) *entente.Error {
	return &entente.Error{Kind: entente.Invalid, Op: "reliability", Place: place, Msg: fmt.Sprintf(format, args...), Hint: hint}
}
