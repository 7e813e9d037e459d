package archive

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/archives"
)

// The bounds of what is read: far above any honest archive.
const (
	maxFile   = 512 << 20 // bytes of one file, unpacked
	maxSeats  = 4096
	maxFaults = 100
)

// UNGA reads the archive that comes with the program: the recorded votes of the
// United Nations General Assembly, sessions 1 to 75.
func UNGA() (*Archive, error) { return Read(archives.UNGA()) }

// ReadDir reads the archive in a folder; see [Read].
func ReadDir(dir string) (*Archive, error) {
	st, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &entente.Error{Kind: entente.NotFound, Op: "read vote archive", Place: dir, Msg: "there is no such folder", Hint: "entente import votes FILE --output DIR makes one"}
	case err != nil:
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "read vote archive", Place: dir, Msg: "the folder cannot be opened", Err: err}
	case !st.IsDir():
		return nil, &entente.Error{Kind: entente.Invalid, Op: "read vote archive", Place: dir, Msg: "this is a file", Hint: "give the folder that holds " + DescriptorFile + "; entente import votes makes one from a downloaded file"}
	}
	return Read(os.DirFS(dir))
}

// Read reads and checks the archive at the root of dir: columns, letters,
// dates, references, and that every stored tally is the count of its ballots.
// It returns the archive or an entente.Errors with up to 100 faults, each with
// file and line.
func Read(dir fs.FS) (*Archive, error) {
	info, err := readDescriptor(dir)
	if err != nil {
		return nil, err
	}
	r := &reader{}
	seats := r.seats(dir)
	if err := r.errs.Err(); err != nil {
		return nil, err
	}
	calls, rows := r.calls(dir, len(seats), info.SourceID)
	bridges := r.bridges(dir)
	if err := r.errs.Err(); err != nil {
		return nil, err
	}
	return New(info, seats, calls, rows, bridges)
}

func readDescriptor(dir fs.FS) (Info, error) {
	data, err := fs.ReadFile(dir, DescriptorFile)
	if err != nil {
		return Info{}, &entente.Error{Kind: entente.NotFound, Op: "read vote archive", Place: DescriptorFile, Msg: "the file cannot be read", Hint: "is this the folder of a vote archive?", Err: err}
	}
	var d descriptor
	if err := json.Unmarshal(data, &d); err != nil {
		return Info{}, &entente.Error{Kind: entente.Invalid, Op: "read vote archive", Place: DescriptorFile, Msg: "this is not JSON of a data package", Err: err}
	}
	if d.Format != format {
		return Info{}, fault(DescriptorFile, "entente_format is %q, expected %q", d.Format, format)
	}
	info := Info{Name: d.Name, Title: d.Title, Version: d.Version, Citation: d.Citation, SourceID: entente.SourceID(d.SourceID)}
	if len(d.Licences) > 0 {
		info.Licence = d.Licences[0].Name
	}
	if len(d.Sources) > 0 {
		info.Source = d.Sources[0].Title
	}
	return info, nil
}

// reader collects faults.
type reader struct{ errs entente.Errors }

func (r *reader) fault(file string, line int, format string, args ...any) {
	if len(r.errs) < maxFaults {
		r.errs = append(r.errs, fault(file+":"+strconv.Itoa(line), format, args...))
	}
}

// each reads a table row by row; the row is valid only within do.
func (r *reader) each(dir fs.FS, name string, do func(line int, row []string)) {
	f, err := dir.Open(name)
	if err != nil {
		r.errs = append(r.errs, &entente.Error{Kind: entente.NotFound, Op: "read vote archive", Place: name, Msg: "the file cannot be opened", Err: err})
		return
	}
	defer f.Close() //nolint:errcheck // only read
	var in io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		z, err := gzip.NewReader(f)
		if err != nil {
			r.fault(name, 1, "this is not gzip: %v", err)
			return
		}
		in = z
	}
	c := csv.NewReader(io.LimitReader(in, maxFile))
	c.ReuseRecord = true
	header, err := c.Read()
	if err != nil {
		r.fault(name, 1, "there is no header: %v", err)
		return
	}
	var want []string
	for _, col := range tables[name] {
		want = append(want, col.name)
	}
	if !slices.Equal(header, want) {
		r.fault(name, 1, "the columns are %q, expected %q", strings.Join(header, ","), strings.Join(want, ","))
		return
	}
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			line := 0
			if p, ok := errors.AsType[*csv.ParseError](err); ok {
				line = p.Line
			}
			r.fault(name, line, "the row cannot be read: %v", err)
			return
		}
		line, _ := c.FieldPos(0)
		do(line, row)
	}
}

func (r *reader) number(file string, line int, column, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1<<30 {
		r.fault(file, line, "%s is %q, expected a whole number", column, s)
		return 0
	}
	return n
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ";")
}

func (r *reader) seats(dir fs.FS) (out []Seat) {
	r.each(dir, SeatsFile, func(line int, row []string) {
		s := Seat{
			Code: row[0], Actor: entente.ActorID(row[1]), Name: row[2],
			First: r.number(SeatsFile, line, "first", row[3]), Last: r.number(SeatsFile, line, "last", row[4]),
			Codes: list(row[6]), Names: list(row[7]), Successor: row[8], Note: row[9],
		}
		for _, n := range list(row[5]) {
			s.Numbers = append(s.Numbers, r.number(SeatsFile, line, "numbers", n))
		}
		if s.Code == "" || s.Name == "" {
			r.fault(SeatsFile, line, "a seat needs a code and a name")
		}
		if len(out) == maxSeats {
			r.fault(SeatsFile, line, "more than %d seats", maxSeats)
		}
		if len(out) <= maxSeats {
			out = append(out, s)
		}
	})
	return out
}

func (r *reader) calls(dir fs.FS, seats int, source entente.SourceID) (out []Call, rows [][]Ballot) {
	const file = CallsFile
	r.each(dir, file, func(line int, row []string) {
		c := Call{
			ID: row[0], Session: r.number(file, line, "session", row[1]), Reference: row[3], Resolution: row[4], Title: row[5], Source: source,
		}
		var err error
		if c.Date, err = entente.ParseDate(row[2]); err != nil {
			r.fault(file, line, "date is %q, expected YYYY-MM-DD, YYYY-MM or YYYY", row[2])
		}
		for i, f := range []*Flag{&c.Amendment, &c.Paragraph, &c.Important} {
			var ok bool
			if *f, ok = parseFlag(row[6+i]); !ok {
				r.fault(file, line, "%s is %q, expected 1, 0 or nothing", tables[file][6+i].name, row[6+i])
			}
		}
		for _, w := range list(row[9]) {
			t, ok := ParseTopic(w)
			if !ok || t == ICT {
				r.fault(file, line, "there is no topic %q", w)
			}
			c.Topics |= t
		}
		letters := row[14]
		if len(letters) != seats {
			r.fault(file, line, "%d ballots, expected one for each of %d seats", len(letters), seats)
			return
		}
		b := make([]Ballot, seats)
		for i := range b {
			if b[i] = fromLetter[letters[i]]; b[i] > NoRecord {
				r.fault(file, line, "ballot %d is %q, expected one of y a n x . ?", i+1, letters[i])
				return
			}
		}
		t := Count(b)
		for i, n := range []int{t.Yes, t.Abstain, t.No, t.Absent} {
			if got := r.number(file, line, tables[file][10+i].name, row[10+i]); got != n {
				r.fault(file, line, "%s is %d, but the ballots have %d", tables[file][10+i].name, got, n)
			}
		}
		out, rows = append(out, c), append(rows, b)
	})
	return out, rows
}

func (r *reader) bridges(dir fs.FS) (out [][2]string) {
	r.each(dir, BridgesFile, func(_ int, row []string) {
		out = append(out, [2]string{row[0], row[1]})
	})
	return out
}
