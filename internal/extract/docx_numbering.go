package extract

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// levels is how many levels a list of Word has.
const levels = 9

// A numLevel says how one level of a list is numbered.
type numLevel struct {
	set     bool
	start   int
	format  string // "decimal", "lowerLetter", "bullet" …
	text    string // "%1.", "(%2)"
	suffix  string // what stands behind: "tab", "space", "nothing"
	legal   bool   // all numbers in digits
	restart int    // the level whose number starts this one again; -1: any above
}

// A list definition, and the lists that use it.
type (
	abstractNum struct{ levels [levels]numLevel }
	num         struct {
		abstract string
		levels   [levels]numLevel // overrides
		starts   [levels]int      // -1: none
	}
	numbering struct {
		abstracts map[string]*abstractNum
		nums      map[string]*num
	}
)

// counters holds the number that each level of a list definition has reached:
// lists that share one go on counting.
type counters map[string]*counter

type counter struct {
	at   [levels]int
	used [levels]bool
	seen map[string]bool // lists that have begun
}

// label counts one paragraph of a list and returns its number as printed and
// what parts it from the text: "" when the paragraph is in no list.
func (n numbering) label(c counters, id, level string) (label, delim string) {
	l := n.nums[id]
	i, err := strconv.Atoi(level)
	if level == "" {
		i, err = 0, nil
	}
	if l == nil || err != nil || i < 0 || i >= levels {
		return "", ""
	}
	st := c[l.abstract]
	if st == nil {
		st = &counter{seen: map[string]bool{}}
		c[l.abstract] = st
	}
	if !st.seen[id] {
		st.seen[id] = true
		for k, start := range l.starts {
			if start >= 0 {
				st.at[k], st.used[k] = start-1, true
			}
		}
	}
	lv := n.level(l, i)
	if !st.used[i] {
		st.at[i], st.used[i] = lv.start-1, true
	}
	st.at[i]++
	for k := i + 1; k < levels; k++ {
		if r := n.level(l, k).restart; r < 0 || i < r {
			st.used[k] = false
		}
	}
	if lv.format == "bullet" {
		return "•", " "
	}
	label = n.print(l, lv, st, i)
	if label == "" {
		return "", ""
	}
	if lv.suffix == "nothing" {
		return label, ""
	}
	return label, " "
}

// print writes the number of a level: each "%k" is the number of level k.
func (n numbering) print(l *num, lv numLevel, st *counter, level int) string {
	var b strings.Builder
	for i := 0; i < len(lv.text); i++ {
		k := -1
		if lv.text[i] == '%' && i+1 < len(lv.text) {
			k = int(lv.text[i+1]) - '1'
		}
		if k < 0 || k > level {
			b.WriteByte(lv.text[i])
			continue
		}
		i++
		at := n.level(l, k)
		value := st.at[k]
		if !st.used[k] {
			value = at.start
		}
		if lv.legal {
			at.format = "decimal"
		}
		b.WriteString(numeral(value, at.format))
	}
	return strings.TrimSpace(b.String())
}

// level is the definition of a level: the list's own, else the shared one.
func (n numbering) level(l *num, i int) numLevel {
	if l.levels[i].set {
		return l.levels[i]
	}
	if a := n.abstracts[l.abstract]; a != nil {
		return a.levels[i]
	}
	return numLevel{restart: -1}
}

func (d *docx) readNumbering(x *xmlReader) error {
	d.numbers = numbering{abstracts: map[string]*abstractNum{}, nums: map[string]*num{}}
	return x.children(func(xml.StartElement) error {
		return x.children(func(el xml.StartElement) error {
			switch word(el) {
			case "abstractNum":
				a := &abstractNum{}
				d.numbers.abstracts[val(el, "abstractNumId")] = a
				return x.children(func(el xml.StartElement) error {
					if word(el) == "lvl" {
						return readLevel(x, el, &a.levels)
					}
					return x.skip()
				})
			case "num":
				return d.readNum(x, val(el, "numId"))
			}
			return x.skip()
		})
	})
}

func (d *docx) readNum(x *xmlReader, id string) error {
	n := &num{}
	for i := range n.starts {
		n.starts[i] = -1
	}
	d.numbers.nums[id] = n
	return x.children(func(el xml.StartElement) error {
		switch word(el) {
		case "abstractNumId":
			n.abstract = val(el, "val")
		case "lvlOverride":
			level := number(val(el, "ilvl"), -1)
			return x.children(func(el xml.StartElement) error {
				switch word(el) {
				case "startOverride":
					if level >= 0 && level < levels {
						n.starts[level] = number(val(el, "val"), -1)
					}
				case "lvl":
					return readLevel(x, el, &n.levels)
				}
				return x.skip()
			})
		}
		return x.skip()
	})
}

func readLevel(x *xmlReader, el xml.StartElement, into *[levels]numLevel) error {
	lv := numLevel{set: true, format: "decimal", restart: -1}
	err := x.children(func(el xml.StartElement) error {
		switch word(el) {
		case "start":
			lv.start = number(val(el, "val"), 0)
		case "numFmt":
			lv.format = val(el, "val")
		case "lvlText":
			lv.text = clip(val(el, "val"), 60)
		case "suff":
			lv.suffix = val(el, "val")
		case "isLgl":
			lv.legal = on(el)
		case "lvlRestart":
			lv.restart = number(val(el, "val"), -1)
		}
		return x.skip()
	})
	if i := number(val(el, "ilvl"), -1); i >= 0 && i < levels {
		into[i] = lv
	}
	return err
}

// number reads a small number that is not negative; anything else is other.
func number(s string, other int) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1_000_000 {
		return other
	}
	return n
}
