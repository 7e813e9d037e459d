package reliability

import (
	"encoding/binary"
	"slices"
)

// choice is a word and how many coders of a unit chose it.
type choice struct {
	value int32
	times int64
}

// pattern is what the coders of a unit chose, whoever they are. Units of one
// pattern are alike to every figure, so a sample of units is a count per pattern
// and costs no more than there are patterns.
type pattern struct {
	choices  []choice // by value
	judged   int64    // judgments
	differ   float64  // pairs of different words, each ordered pair 1/(judged-1)
	agreeing int64    // unordered pairs of the same word
	pairs    int64    // unordered pairs
}

// sample is the pairable part of a list of ratings.
type sample struct {
	values   []string
	level    Level
	patterns []pattern // in a canonical order
	of       []int32   // the pattern of each pairable unit, in that order
}

// newSample makes a sample of units; each unit is a list of values. The lists
// are sorted in place; those of fewer than two values are left out. Words that
// nobody chose stay on an ordinal scale, where they change nothing, and leave a
// nominal list.
func newSample(units [][]int32, values []string, level Level) *sample {
	units = slices.DeleteFunc(units, func(u []int32) bool { return len(u) < 2 })
	if level == Nominal {
		values = compact(units, values)
	}
	s := &sample{values: values, level: level}
	number := map[string]int{}
	var keys []string
	var count []int
	var key []byte
	for _, u := range units {
		slices.Sort(u)
		key = key[:0]
		for _, v := range u {
			key = binary.BigEndian.AppendUint32(key, uint32(v))
		}
		p, seen := number[string(key)]
		if !seen {
			p = len(keys)
			number[string(key)] = p
			keys, count = append(keys, string(key)), append(count, 0)
		}
		count[p]++
	}
	sorted := slices.Clone(keys)
	slices.Sort(sorted)
	s.patterns = make([]pattern, len(sorted))
	s.of = make([]int32, 0, len(units))
	for i, k := range sorted {
		s.patterns[i] = newPattern(k)
		for range count[number[k]] {
			s.of = append(s.of, int32(i))
		}
	}
	return s
}

// newPattern reads a key: values in order, four bytes each.
func newPattern(key string) pattern {
	var p pattern
	for b := []byte(key); len(b) > 0; b = b[4:] {
		v := int32(binary.BigEndian.Uint32(b))
		if n := len(p.choices); n == 0 || p.choices[n-1].value != v {
			p.choices = append(p.choices, choice{value: v})
		}
		p.choices[len(p.choices)-1].times++
		p.judged++
	}
	p.pairs = p.judged * (p.judged - 1) / 2
	for _, c := range p.choices {
		p.agreeing += c.times * (c.times - 1) / 2
	}
	p.differ = float64(2*(p.pairs-p.agreeing)) / float64(p.judged-1)
	return p
}

// compact renumbers the values of units so that only chosen words have a number,
// and returns these words.
func compact(units [][]int32, values []string) []string {
	to := make([]int32, len(values))
	for _, u := range units {
		for _, v := range u {
			to[v] = 1
		}
	}
	var kept []string
	for v, chosen := range to {
		if chosen == 1 {
			to[v] = int32(len(kept))
			kept = append(kept, values[v])
		}
	}
	for _, u := range units {
		for i, v := range u {
			u[i] = to[v]
		}
	}
	return kept
}

// once counts every unit once: the sample as it is.
func (s *sample) once() []int64 {
	times := make([]int64, len(s.patterns))
	for _, p := range s.of {
		times[p]++
	}
	return times
}

// cost is the number of steps of one draw, roughly.
func (s *sample) cost() int {
	c := len(s.of) + len(s.values)
	if s.level == Ordinal {
		c += len(s.values) * len(s.values)
	}
	for _, p := range s.patterns {
		if c++; s.level == Ordinal {
			c += len(p.choices) * (len(p.choices) - 1) / 2
		}
		c += len(p.choices)
	}
	return c
}
