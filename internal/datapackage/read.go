package datapackage

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sort"
	"strings"

	"entente"
)

// ReadDir reads and checks the corpus in a folder; see [Read].
func ReadDir(dir string) (*entente.Corpus, error) {
	st, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &entente.Error{Kind: entente.NotFound, Op: "read corpus", Place: dir, Msg: "there is no such folder", Hint: "name a folder that holds a datapackage.json"}
	case err != nil:
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "read corpus", Place: dir, Msg: "the folder cannot be opened", Err: err}
	case !st.IsDir():
		return nil, &entente.Error{Kind: entente.Invalid, Op: "read corpus", Place: dir, Msg: "this is a file, not a folder", Hint: "name the folder that holds datapackage.json"}
	}
	root, err := os.OpenRoot(dir) // unlike os.DirFS it follows no link out of the folder
	if err != nil {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "read corpus", Place: dir, Msg: "the folder cannot be opened", Err: err}
	}
	defer func() { _ = root.Close() }() // nothing was written
	return Read(root.FS())
}

// Read reads the corpus at the root of dir and checks it whole: words, dates,
// keys, references. It returns either the corpus or an [entente.Errors] with
// every fault (file, line, column, value, what was expected); nothing is half
// read.
func Read(dir fs.FS) (*entente.Corpus, error) {
	in := &reading{keys: map[string]map[string]int{}, unread: map[string]bool{}}
	info, paths, err := in.descriptor(dir)
	if err != nil {
		return nil, entente.Errors{err}
	}
	for _, t := range tables {
		if path, ok := paths[t.name()]; ok {
			in.table(dir, t, path)
		}
	}
	in.references()
	in.subjects()
	if err := in.err(); err != nil {
		return nil, err
	}
	return entente.NewCorpus(info, in.records), nil
}

// reading is the state of one pass over a corpus.
type reading struct {
	records entente.Records
	keys    map[string]map[string]int // table → primary key → line
	unread  map[string]bool           // tables not read to their end: what they hold is not known
	refs    []ref
	subj    []ref
	faults  []fault
	more    int
}

// ref is a value that must name a row of another table.
type ref struct {
	at    place
	table string
	value string
}

type place struct {
	file      string
	line, col int
	column    string
}

type fault struct {
	at  place
	err error
}

func (in *reading) fault(at place, err error) {
	if len(in.faults) >= MaxFaults {
		in.more++
		return
	}
	in.faults = append(in.faults, fault{at, err})
}

func (in *reading) err() error {
	sort.SliceStable(in.faults, func(i, j int) bool {
		a, b := in.faults[i].at, in.faults[j].at
		if a.file != b.file {
			return a.file < b.file
		}
		if a.line != b.line {
			return a.line < b.line
		}
		return a.col < b.col
	})
	var list entente.Errors
	for _, f := range in.faults {
		where := f.at.file
		if f.at.line > 0 {
			where = fmt.Sprintf("%s:%d:%d", f.at.file, f.at.line, f.at.col)
		}
		if f.at.column != "" {
			where += " (" + f.at.column + ")"
		}
		var e *entente.Error
		if !errors.As(f.err, &e) || e.Place != "" {
			list = append(list, f.err)
			continue
		}
		list = append(list, &entente.Error{Kind: e.Kind, Op: "read corpus", Place: where, Msg: e.Msg, Hint: e.Hint, Err: e.Err})
	}
	if in.more > 0 {
		list = append(list, &entente.Error{Kind: entente.Invalid, Op: "read corpus", Msg: fmt.Sprintf("and %d more faults", in.more), Hint: "mend these first"})
	}
	return list.Err()
}

// table reads one file.
func (in *reading) table(dir fs.FS, t table, path string) {
	in.unread[t.name()] = true
	f, err := dir.Open(path)
	if err != nil {
		in.fault(place{file: path}, openError(path, err))
		return
	}
	defer func() { _ = f.Close() }()
	if st, err := f.Stat(); err == nil && st.IsDir() {
		in.fault(place{file: path}, folderError(path, "expected a CSV file"))
		return
	}
	r := csv.NewReader(newGuard(path, f))
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		in.fault(place{file: path}, csvError(path, err, "the file has no header row"))
		return
	}
	specs := t.specs()
	order, ok := in.header(path, specs, header, r.FieldPos)
	if !ok {
		return
	}
	in.keys[t.name()] = map[string]int{}
	cells := make([]string, len(specs))
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			in.unread[t.name()] = false
			return
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) && errors.Is(parse.Err, csv.ErrFieldCount) {
			in.fault(place{file: path, line: parse.StartLine, col: 1}, &entente.Error{
				Kind: entente.Invalid, Msg: fmt.Sprintf("the row has %d cells, the header %d", len(row), len(header)),
				Hint: "look for a missing or extra comma, or quote the cell that holds one",
			})
			continue
		}
		if err != nil {
			in.fault(place{file: path}, csvError(path, err, ""))
			return
		}
		at := func(i int) place {
			j := order[i]
			if j < 0 {
				line, _ := r.FieldPos(0)
				return place{path, line, 1, specs[i].Name}
			}
			line, col := r.FieldPos(j)
			return place{path, line, col, specs[i].Name}
		}
		for i := range specs {
			cells[i] = ""
			if order[i] >= 0 {
				cells[i] = strings.Clone(row[order[i]])
			}
		}
		in.row(t, specs, cells, at)
	}
}

// row reads one record, and notes its key and references for later.
func (in *reading) row(t table, specs []Spec, cells []string, at func(int) place) {
	t.parse(&in.records, cells, func(i int, err error) { in.fault(at(i), err) })
	var key []string
	first := -1
	for i, s := range specs {
		if s.Key {
			key = append(key, cells[i])
			if first < 0 {
				first = i
			}
		}
		if cells[i] == "" {
			continue
		}
		if s.Ref != "" {
			for _, v := range s.split(cells[i]) {
				if !(s.Wild && v == string(entente.AnyActor)) {
					in.refs = append(in.refs, ref{at(i), s.Ref, v})
				}
			}
		}
		if t.name() == "coverage" && s.Name == "subjects" {
			for _, v := range s.split(cells[i]) {
				in.subj = append(in.subj, ref{at(i), "", v})
			}
		}
		if t.name() == "challenges" && s.Name == "record" {
			if table, id, ok := strings.Cut(cells[i], ":"); ok && id != "" {
				in.refs = append(in.refs, ref{at(i), table, strings.ReplaceAll(id, KeySep, "\x00")})
			}
		}
	}
	k := strings.Join(key, "\x00")
	if line, dup := in.keys[t.name()][k]; dup {
		in.fault(at(first), &entente.Error{
			Kind: entente.Conflict, Msg: fmt.Sprintf("%q is in line %d already", strings.Join(key, ", "), line), Hint: "keys are unique: merge the rows or change the key",
		})
		return
	}
	in.keys[t.name()][k] = at(first).line
}

// header maps the format's columns to the file's; -1 is a column left out.
func (in *reading) header(path string, specs []Spec, header []string, pos func(int) (line, col int)) ([]int, bool) {
	at := func(j int, name string) place {
		line, col := pos(j)
		return place{path, line, col, name}
	}
	order := make([]int, len(specs))
	ok := true
	known := map[string]bool{}
	for i, s := range specs {
		order[i] = -1
		known[s.Name] = true
		for j, h := range header {
			if h != s.Name {
				continue
			}
			if order[i] >= 0 {
				ok = false
				in.fault(at(j, h), &entente.Error{Kind: entente.Invalid, Msg: "the column stands twice in the header", Hint: "remove one"})
			}
			order[i] = j
		}
		if order[i] < 0 && s.Required {
			ok = false
			in.fault(at(0, s.Name), &entente.Error{Kind: entente.Invalid, Msg: "the column is missing", Hint: s.expected()})
		}
	}
	for j, h := range header {
		if !known[h] {
			ok = false
			in.fault(at(j, ""), &entente.Error{ // the foreign word stands quoted in the message alone
				Kind: entente.Invalid, Msg: fmt.Sprintf("there is no column %q in this table", h), Hint: "expected " + strings.Join(names(specs), ", "),
			})
		}
	}
	return order, ok
}

func names(specs []Spec) []string {
	out := make([]string, len(specs))
	for i, s := range specs {
		out[i] = s.Name
	}
	return out
}

// references checks that each value that names a row names one that is there.
// A table that could not be read whole has its own fault; to report every
// reference to it as well would bury that one.
func (in *reading) references() {
	for _, r := range in.refs {
		if in.unread[r.table] {
			continue
		}
		if _, ok := in.keys[r.table][r.value]; !ok {
			in.fault(r.at, dangling(r.value, r.table))
		}
	}
}

func dangling(value, table string) error {
	return &entente.Error{Kind: entente.Invalid, Msg: fmt.Sprintf("%q is not the id of a row of %s.csv", value, table), Hint: "add that row, or correct the id"}
}

// subjects checks the typed references of coverage records.
func (in *reading) subjects() {
	for _, r := range in.subj {
		kind, id, _ := strings.Cut(r.value, ":")
		switch table, typed := subjectTables[kind]; {
		case id != "" && (kind == "kind" || kind == "topic"):
		case id == "" || !typed:
			in.fault(r.at, &entente.Error{Kind: entente.Invalid, Msg: fmt.Sprintf("%q is not a subject", r.value), Hint: "expected proposition:ID, instrument:ID, body:ID, kind:KIND or topic:WORDS"})
		case in.unread[table]:
		default:
			if _, ok := in.keys[table][id]; !ok {
				in.fault(r.at, dangling(id, table))
			}
		}
	}
}

func openError(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &entente.Error{Kind: entente.NotFound, Op: "read corpus", Place: path, Msg: "the file is missing", Hint: "datapackage.json lists it: add it, or take it off the list"}
	}
	return &entente.Error{Kind: entente.Unavailable, Op: "read corpus", Place: path, Msg: "the file cannot be opened", Err: err}
}

func folderError(path, hint string) error {
	return &entente.Error{Kind: entente.Invalid, Op: "read corpus", Place: path, Msg: "this is a folder, not a file", Hint: hint}
}

// csvError puts the faults of the CSV parser into words.
func csvError(path string, err error, ifEmpty string) error {
	if own, ok := errors.AsType[*entente.Error](err); ok {
		return own
	}
	if errors.Is(err, io.EOF) {
		return &entente.Error{Kind: entente.Invalid, Op: "read corpus", Place: path, Msg: ifEmpty, Hint: "the first line names the columns"}
	}
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		return &entente.Error{
			Kind: entente.Invalid, Op: "read corpus", Place: fmt.Sprintf("%s:%d:%d", path, p.Line, p.Column), Msg: "broken quoting: " + p.Err.Error(),
			Hint: `a cell with a quote is written "so ""quoted"" here"; the record starts at line ` + fmt.Sprint(p.StartLine),
		}
	}
	return &entente.Error{Kind: entente.Unavailable, Op: "read corpus", Place: path, Msg: "the file could not be read to its end", Err: err}
}

// readBounded reads a small file whole.
func readBounded(dir fs.FS, path string) ([]byte, error) {
	f, err := dir.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &entente.Error{Kind: entente.NotFound, Op: "read corpus", Place: path, Msg: "the file is missing", Hint: "a corpus is a folder with a datapackage.json"}
		}
		return nil, openError(path, err)
	}
	defer func() { _ = f.Close() }()
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return nil, folderError(path, "expected a JSON file")
	}
	b, err := io.ReadAll(io.LimitReader(f, MaxCell*4+1))
	if err != nil {
		return nil, openError(path, err)
	}
	if len(b) > MaxCell*4 {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "read corpus", Place: path, Msg: "the file is far too large", Hint: "it holds a description, not data"}
	}
	return b, nil
}
