package events

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"entente"
	"entente/analysis/congruence"
)

// Read reads a list. name stands in errors. The identifiers of the events are
// "line N". Errors: an entente.Error, or entente.Errors with up to a hundred
// faults in the order of the file.
func Read(name string, in io.Reader, o Options) (*congruence.Events, *Report, error) {
	if o.Scale == "" {
		o.Scale = Auto
	}
	if err := checkScale(o.Scale); err != nil {
		return nil, nil, err
	}
	r := &reader{name: name, o: o, report: &Report{File: name}, guard: &guard{in: io.LimitReader(in, maxBytes+1)}}
	if err := r.open(); err != nil {
		return nil, nil, err
	}
	if err := r.rows(); err != nil {
		return nil, nil, err
	}
	ev, err := r.finish()
	return ev, r.report, err
}

// guard bounds what one row and the whole file may take: encoding/csv itself
// would read a quoted field without end into memory.
type guard struct {
	in         io.Reader
	all, since int64
}

var errLong = errors.New("too long")

func (g *guard) Read(p []byte) (int, error) {
	if g.all > maxBytes || g.since > maxRecord {
		return 0, errLong
	}
	n, err := g.in.Read(p)
	g.all += int64(n)
	g.since += int64(n)
	return n, err
}

// column is one of the five variables.
type column struct {
	name  string // as it stands in the file
	index int    // -1 when it is not read
}

// names numbers the values of a column in the order of their first row.
type names struct {
	at   map[string]int32
	list []string
}

func (n *names) code(s string) int32 {
	if s == "" {
		return -1
	}
	if c, ok := n.at[s]; ok {
		return c
	}
	s = strings.Clone(s)
	c := int32(len(n.list)) //nolint:gosec // bounded by MaxRows
	n.at[s] = c
	n.list = append(n.list, s)
	return c
}

type reader struct {
	name   string
	o      Options
	guard  *guard
	csv    *csv.Reader
	report *Report
	faults entente.Errors

	actor, concept, qualifier, date, document column
	actors, concepts, documents, values       names
	ev                                        congruence.Events
	value                                     []int32 // code of the qualifier's word
	line                                      []int32
	column                                    []int32 // of the qualifier, for errors
	dates                                     map[string]when
}

type when struct {
	day int32
	p   congruence.Precision
}

func (r *reader) fault(line, column int, hint, format string, args ...any) error {
	return &entente.Error{
		Kind: entente.Invalid, Op: "read events", Place: fmt.Sprintf("%s:%d:%d", r.name, line, column),
		Msg: fmt.Sprintf(format, args...), Hint: hint,
	}
}

// note keeps a fault; its result tells to stop.
func (r *reader) note(err error) bool {
	r.faults = append(r.faults, err)
	return len(r.faults) >= maxFaults
}

// open reads the header.
func (r *reader) open() error {
	in := bufio.NewReaderSize(r.guard, headerPeek)
	head, err := in.Peek(headerPeek)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return r.csvError(err)
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		if _, err := in.Discard(3); err != nil {
			return r.csvError(err)
		}
		head = head[3:]
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return r.fault(1, 1, "the first line names the columns", "the file is empty")
	}
	if r.o.Separator == 0 {
		r.o.Separator = separator(head)
	}
	word, ok := map[rune]string{',': "comma", ';': "semicolon", '\t': "tab"}[r.o.Separator]
	if !ok {
		return r.fault(1, 1, "expected a comma, a semicolon or a tab", "%q does not part columns", r.o.Separator)
	}
	r.report.Separator = word
	r.csv = csv.NewReader(in)
	r.csv.Comma, r.csv.ReuseRecord, r.csv.FieldsPerRecord = r.o.Separator, true, 0
	fields, err := r.csv.Read()
	if err != nil {
		return r.csvError(err)
	}
	if len(fields) > maxColumns {
		return r.fault(1, 1, "", "%d columns, more than %d", len(fields), maxColumns)
	}
	known := make([]string, len(fields))
	for i, f := range fields {
		line, col := r.csv.FieldPos(i)
		if !utf8.ValidString(f) {
			return r.fault(line, col, "save the file as UTF-8", "the text is not UTF-8")
		}
		known[i] = strings.TrimSpace(strings.Clone(f))
	}
	for _, c := range []struct {
		to             *column
		given, word    string
		required, flag bool
	}{
		{&r.actor, r.o.Actor, "actor", true, r.o.Actor != ""},
		{&r.concept, r.o.Concept, "concept", true, r.o.Concept != ""},
		{&r.qualifier, r.o.Qualifier, "qualifier", false, r.o.Qualifier != ""},
		{&r.date, r.o.Date, "date", false, r.o.Date != ""},
		{&r.document, r.o.Document, "document", false, r.o.Document != ""},
	} {
		want := c.word
		if c.flag {
			want = strings.TrimSpace(c.given)
		}
		same := func(s string) bool { return strings.EqualFold(s, want) }
		c.to.index = slices.IndexFunc(known, same)
		switch {
		case c.to.index < 0 && (c.required || c.flag):
			return r.fault(1, 1, "name the column with --"+c.word+"-col; the columns are "+clip(strings.Join(known, ", "), 300), "there is no column %q for the %s", clip(want, 60), c.word)
		case c.to.index < 0:
			continue
		case slices.IndexFunc(known[c.to.index+1:], same) >= 0:
			_, col := r.csv.FieldPos(c.to.index)
			return r.fault(1, col, "give each column a name of its own", "the column %q is there twice", clip(want, 60))
		}
		c.to.name = known[c.to.index]
	}
	r.report.Columns = Columns{r.actor.name, r.concept.name, r.qualifier.name, r.date.name, r.document.name}
	for _, n := range []*names{&r.actors, &r.concepts, &r.documents, &r.values} {
		n.at = map[string]int32{}
	}
	r.dates = map[string]when{}
	return nil
}

// separator is the one that the first line has most, outside quotes; a comma
// when it has none.
func separator(head []byte) rune {
	best, most := ',', 0
	for _, s := range []rune{',', ';', '\t'} {
		n, quoted := 0, false
		for _, b := range head {
			if b == '"' {
				quoted = !quoted
			}
			if quoted {
				continue
			}
			if b == '\n' {
				break
			}
			if rune(b) == s {
				n++
			}
		}
		if n > most {
			best, most = s, n
		}
	}
	return best
}

// csvError puts what encoding/csv or the guard says into an error with a place.
func (r *reader) csvError(err error) error {
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		switch {
		case errors.Is(p.Err, csv.ErrFieldCount):
			return r.fault(p.Line, 1, "is a separator missing or unquoted?", "the row has another number of fields than the first line")
		case errors.Is(p.Err, errLong):
			return r.fault(p.Line, 1, "is a quotation mark missing?", "the row is longer than %d bytes", maxRecord)
		}
		return r.fault(p.Line, p.Column, "a field with quotation marks must be quoted, and each mark in it doubled", "%v", p.Err)
	}
	line := r.report.Rows + 2
	if errors.Is(err, errLong) {
		if r.guard.all > maxBytes {
			return r.fault(line, 1, "split the file", "the file is longer than %d bytes", maxBytes)
		}
		return r.fault(line, 1, "is a quotation mark missing?", "the row is longer than %d bytes", maxRecord)
	}
	return &entente.Error{Kind: entente.Unavailable, Op: "read events", Place: r.name, Msg: "the file cannot be read", Err: err}
}

func (r *reader) rows() error {
	for {
		r.guard.since = 0
		fields, err := r.csv.Read()
		if errors.Is(err, io.EOF) {
			return r.faults.Err()
		}
		if err != nil {
			return append(r.faults, r.csvError(err)).Err()
		}
		if r.report.Rows == MaxRows {
			line, _ := r.csv.FieldPos(0)
			return r.fault(line, 1, "split the file", "more than %d rows", MaxRows)
		}
		r.report.Rows++
		if err := r.row(fields); err != nil {
			return err
		}
		if len(r.faults) >= maxFaults {
			return r.faults.Err()
		}
	}
}

// field gives a value, trimmed; ok is false after a fault.
func (r *reader) field(fields []string, c column) (s string, ok bool) {
	if c.index < 0 {
		return "", true
	}
	s = strings.TrimSpace(fields[c.index])
	plain := len(s) <= maxField
	for i := 0; plain && i < len(s); i++ {
		plain = s[i] >= 0x20 && s[i] < 0x7f
	}
	if plain {
		return s, true
	}
	line, col := r.csv.FieldPos(c.index)
	switch {
	case len(s) > maxField:
		r.note(r.fault(line, col, "is a quotation mark missing?", "the field has %d bytes, more than %d", len(s), maxField))
	case !utf8.ValidString(s):
		r.note(r.fault(line, col, "save the file as UTF-8", "the text is not UTF-8"))
	case strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) || c == 0xFFFE || c == 0xFFFF }):
		r.note(r.fault(line, col, "take it out", "there is a control character or a line break in the field"))
	default:
		return s, true
	}
	return "", false
}

func (r *reader) row(fields []string) error {
	var text [5]string
	for i, c := range []column{r.actor, r.concept, r.qualifier, r.date, r.document} {
		s, ok := r.field(fields, c)
		if !ok {
			return nil
		}
		text[i] = s
	}
	line, _ := r.csv.FieldPos(0)
	a, c := r.actors.code(text[0]), r.concepts.code(text[1])
	for _, b := range []struct {
		what string
		n    *names
		most int
	}{{"actors", &r.actors, MaxActors}, {"concepts", &r.concepts, MaxConcepts}} {
		if len(b.n.list) > b.most {
			return r.fault(line, 1, "is this the right column?", "more than %d different %s", b.most, b.what)
		}
	}
	count(a < 0, &r.report.NoActor)
	count(c < 0, &r.report.NoConcept)
	r.ev.Actor, r.ev.Concept = append(r.ev.Actor, a), append(r.ev.Concept, c)
	r.line = append(r.line, int32(line)) //nolint:gosec // bounded by maxBytes
	if r.qualifier.index >= 0 {
		count(text[2] == "", &r.report.NoValue)
		_, col := r.csv.FieldPos(r.qualifier.index)
		r.value, r.column = append(r.value, r.values.code(text[2])), append(r.column, int32(col)) //nolint:gosec // bounded by maxRecord
	}
	if r.document.index >= 0 {
		count(text[4] == "", &r.report.NoText)
		r.ev.Document = append(r.ev.Document, r.documents.code(text[4]))
	}
	if r.date.index >= 0 {
		count(text[3] == "", &r.report.NoDate)
		w, ok := r.dates[text[3]]
		if !ok {
			d, err := entente.ParseDate(dayOf(text[3]))
			if err != nil {
				_, col := r.csv.FieldPos(r.date.index)
				r.note(r.fault(line, col, "write 2021, 2021-02 or 2021-02-19", "%q is not a date", clip(text[3], 40)))
				return nil
			}
			w.day, w.p = congruence.DateOf(d)
			if len(r.dates) < 100_000 {
				r.dates[strings.Clone(text[3])] = w
			}
		}
		r.ev.Day, r.ev.Precision = append(r.ev.Day, w.day), append(r.ev.Precision, w.p)
	}
	return nil
}

// dayOf drops a time of day: "2019-03-02T10:00:00Z", "2019-03-02 10:00".
func dayOf(s string) string {
	if len(s) > 11 && (s[10] == 'T' || s[10] == ' ') && strings.Trim(s[11:], "0123456789:.+-Z") == "" {
		return s[:10]
	}
	return s
}

func count(is bool, n *int) {
	if is {
		*n++
	}
}

// finish puts the qualifiers on their scale.
func (r *reader) finish() (*congruence.Events, error) {
	if r.report.Rows == 0 {
		return nil, r.fault(2, 1, "one row is one event", "there is no row below the names of the columns")
	}
	ev := &r.ev
	ev.Actors, ev.Concepts = r.actors.list, r.concepts.list
	if r.document.index >= 0 {
		ev.Documents = r.documents.list
	}
	ev.ID = make([]string, len(r.line))
	for i, l := range r.line {
		ev.ID[i] = fmt.Sprintf("line %d", l)
	}
	ev.Qualifier = make([]float64, len(ev.Actor))
	if r.qualifier.index < 0 {
		// Without a qualifier an event says only that the actor spoke on the concept.
		ev.Scale = congruence.Scale{Kind: congruence.Binary}
		for i := range ev.Qualifier {
			ev.Qualifier[i] = 1
		}
		r.report.Scale = "none"
		return ev, nil
	}
	values, err := r.scale(ev)
	if err != nil {
		return nil, err
	}
	for i, v := range r.value {
		if v < 0 {
			ev.Qualifier[i] = math.NaN()
		} else {
			ev.Qualifier[i] = values[v]
		}
	}
	return ev, nil
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
