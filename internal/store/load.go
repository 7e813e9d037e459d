package store

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"entente"
)

// maxLine bounds one line of a backup: the largest file that a store keeps, as
// base64, with room to spare.
const maxLine = MaxBlob*4/3 + 1<<20

// Load makes a new store at place from a backup, history included. The place
// must hold no store. Everything is checked: the form, the counts, the hash, and
// the whole store as [Store.Verify] does; on any fault nothing is left behind.
// A file appears under its name only when it is complete. Errors: Invalid for a
// damaged backup; Conflict when a store is there.
func Load(ctx context.Context, place string, r io.Reader, o Options, progress func(done, total int64) error) (*Backup, error) {
	if IsPostgres(place) {
		return loadInto(ctx, place, r, o, progress)
	}
	there := &entente.Error{Kind: entente.Conflict, Op: "restore", Place: place, Msg: "there is a file of this name already", Hint: "restore into a new name; nothing is written over"}
	if _, err := os.Lstat(place); err == nil {
		return nil, there
	}
	part := place + ".part"
	clean := func() {
		for _, end := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(part + end) // it may not be there
		}
	}
	clean() // of a restore that was broken off
	out, err := loadInto(ctx, part, r, o, progress)
	if err == nil {
		err = os.Link(part, place) // unlike a rename, it never replaces
		if errors.Is(err, fs.ErrExist) {
			err = there
		} else if err != nil { // a file system without links
			err = os.Rename(part, place)
		}
	}
	clean()
	if err != nil {
		if e, ok := errors.AsType[*entente.Error](err); ok && e.Place == part {
			e.Place = place
		}
		return nil, err
	}
	return out, nil
}

// loadInto loads a backup into a new database or file.
func loadInto(ctx context.Context, place string, r io.Reader, o Options, progress func(done, total int64) error) (*Backup, error) {
	o.Create = true
	s, err := Open(ctx, place, o)
	if err != nil {
		return nil, err
	}
	var out *Backup
	err = s.engine.write(ctx, func(ctx context.Context, q querier) error {
		if out != nil { // a second try would need the stream from its start
			return &entente.Error{Kind: entente.Unavailable, Op: "restore", Place: place, Msg: "the database asked to start again", Hint: "try again while nothing else writes to it"}
		}
		out = &Backup{}
		return s.load(ctx, q, r, out, progress)
	})
	if closing := s.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Store) load(ctx context.Context, q querier, r io.Reader, out *Backup, progress func(done, total int64) error) error {
	for _, t := range backupTables {
		var n int
		if err := q.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+t.name+" LIMIT 1) AS x").Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return &entente.Error{Kind: entente.Conflict, Op: "restore", Msg: "the database holds a store already", Hint: "restore into a new database; nothing is written over"}
		}
	}
	in, err := newLineReader(r)
	if err != nil {
		return err
	}
	head, err := in.head()
	if err != nil {
		return err
	}
	out.Mark, out.Counts = Mark{Seq: head.Seq, Public: head.Public, At: time.UnixMicro(head.At).UTC()}, head.Counts
	var total int64
	for _, n := range head.Counts {
		total += n
	}
	l := loader{s: s, q: q, counts: map[string]int64{}}
	for {
		line, err := in.next()
		if err != nil {
			return err
		}
		if line[0] == '{' {
			out.SHA256, err = in.end(line)
			if err != nil {
				return err
			}
			break
		}
		if err := l.row(ctx, line); err != nil {
			return in.fault(err.Error())
		}
		if progress != nil && in.lines%1000 == 0 {
			if err := errors.Join(ctx.Err(), progress(in.lines, total)); err != nil {
				return err
			}
		}
	}
	if err := l.flush(ctx); err != nil {
		return err
	}
	for _, t := range backupTables {
		if l.counts[t.name] != head.Counts[t.name] {
			return in.fault(fmt.Sprintf("%d rows of %s, the head says %d", l.counts[t.name], t.name, head.Counts[t.name]))
		}
	}
	if _, err := q.ExecContext(ctx, "UPDATE clock SET seq = $1, n = $2, public = $3, at = $4 WHERE one = 1", head.Seq, head.Counts["versions"], head.Public, head.At); err != nil {
		return err
	}
	if err := s.rebuild(ctx, q); err != nil {
		return err
	}
	if _, err := s.verify(ctx, q, nil); err != nil {
		return in.fault("what it holds does not fit together: " + err.Error())
	}
	return ctx.Err()
}

// lineReader reads the lines of a backup and adds up what it read.
type lineReader struct {
	in    *bufio.Scanner
	sum   interface{ Sum([]byte) []byte }
	write io.Writer
	lines int64
}

func newLineReader(r io.Reader) (*lineReader, error) {
	zip, err := gzip.NewReader(bufio.NewReaderSize(r, 1<<16))
	if err != nil {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "restore", Msg: "this is no backup of Entente (not gzip)", Hint: "name a file made with entente backup"}
	}
	sum := sha256.New()
	l := &lineReader{in: bufio.NewScanner(zip), sum: sum, write: sum}
	l.in.Buffer(make([]byte, 1<<16), maxLine)
	return l, nil
}

func (l *lineReader) fault(msg string) error {
	return &entente.Error{Kind: entente.Invalid, Op: "restore", Place: fmt.Sprintf("line %d of the backup", l.lines), Msg: msg, Hint: "the backup is damaged or incomplete: take another one"}
}

// scan reads a line without adding it up.
func (l *lineReader) scan() ([]byte, error) {
	if !l.in.Scan() {
		msg := "the backup ends before its end"
		if err := l.in.Err(); err != nil {
			msg = "the backup cannot be read: " + err.Error()
		}
		return nil, l.fault(msg)
	}
	l.lines++
	if len(l.in.Bytes()) == 0 {
		return nil, l.fault("the line is empty")
	}
	return l.in.Bytes(), nil
}

func (l *lineReader) add(line []byte) {
	_, _ = l.write.Write(line)
	_, _ = l.write.Write([]byte{'\n'})
}

func (l *lineReader) next() ([]byte, error) {
	line, err := l.scan()
	if err == nil && line[0] != '{' {
		l.add(line)
	}
	return line, err
}

func (l *lineReader) head() (h backupHead, err error) {
	line, err := l.scan()
	if err != nil {
		return h, err
	}
	if json.Unmarshal(line, &h) != nil || h.Format != backupFormat {
		return h, l.fault("this is no backup of Entente")
	}
	if h.Version > backupVersion {
		return h, &entente.Error{Kind: entente.Conflict, Op: "restore", Msg: fmt.Sprintf("the backup has version %d, this program knows up to %d", h.Version, backupVersion), Hint: "use the newer version of the program that wrote it"}
	}
	l.add(line)
	return h, nil
}

// end checks the last line, and that nothing follows it.
func (l *lineReader) end(line []byte) (string, error) {
	var e backupEnd
	if json.Unmarshal(line, &e) != nil || !e.End {
		return "", l.fault("the line is neither a row nor the end")
	}
	if sum := hex.EncodeToString(l.sum.Sum(nil)); e.SHA256 != sum || e.Lines != l.lines-1 {
		return "", l.fault("the hash or the count of lines does not fit: the backup was changed")
	}
	if l.in.Scan() || l.in.Err() != nil {
		return "", l.fault("something follows the end")
	}
	return e.SHA256, nil
}

// loader puts rows into their tables, many at a time.
type loader struct {
	s      *Store
	q      querier
	table  *backupTable
	rows   [][]any
	bytes  int
	counts map[string]int64
	seq    int64 // of the latest commit
	at     int64
}

func (l *loader) row(ctx context.Context, line []byte) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var cells []any
	if err := d.Decode(&cells); err != nil || len(cells) == 0 {
		return errors.New("the line is no row")
	}
	name, _ := cells[0].(string)
	if l.table == nil || l.table.name != name {
		if err := l.flush(ctx); err != nil {
			return err
		}
		l.table = nil
		for i := range backupTables {
			if backupTables[i].name == name {
				l.table = &backupTables[i]
			}
		}
		if l.table == nil || l.counts[name] > 0 {
			return fmt.Errorf("there is no table %q here", name)
		}
	}
	row, err := l.table.parse(cells[1:])
	if err != nil {
		return err
	}
	if err := l.order(row); err != nil {
		return err
	}
	l.rows = append(l.rows, row)
	l.counts[name]++
	if l.bytes += len(line); len(l.rows) >= chunk || l.bytes > 16<<20 {
		return l.flush(ctx)
	}
	return nil
}

// order makes sure that the commits rise and that each version has its commit.
func (l *loader) order(row []any) error {
	switch l.table.name {
	case "commits":
		seq, at := row[0].(int64), row[1].(int64)
		if seq <= l.seq || at <= l.at {
			return fmt.Errorf("commit %d does not follow commit %d", seq, l.seq)
		}
		l.seq, l.at = seq, at
	case "versions":
		if seq := row[6].(int64); seq < 1 || seq > l.seq {
			return fmt.Errorf("the version is of commit %d, which is not there", seq)
		}
		facets, _ := row[9].(string)
		if body, _ := row[11].(string); !json.Valid([]byte(body)) || facets != "" && !json.Valid([]byte(facets)) {
			return errors.New("the body or the facets of the version are not JSON")
		}
	}
	return nil
}

// parse reads the cells of a row by the kinds of its columns.
func (t *backupTable) parse(cells []any) ([]any, error) {
	if len(cells) != len(t.columns) {
		return nil, fmt.Errorf("a row of %s has %d cells, expected %d", t.name, len(cells), len(t.columns))
	}
	out := make([]any, len(cells))
	for i, c := range t.columns {
		ok := false
		switch c.kind {
		case textColumn:
			out[i], ok = cells[i].(string)
		case wholeColumn:
			if n, is := cells[i].(json.Number); is {
				v, err := n.Int64()
				out[i], ok = v, err == nil
			}
		case bytesColumn:
			if s, is := cells[i].(string); is {
				var b []byte
				err := json.Unmarshal([]byte(`"`+s+`"`), &b)
				out[i], ok = b, err == nil
			}
		}
		if !ok {
			return nil, fmt.Errorf("%s.%s cannot be read", t.name, c.name)
		}
	}
	return out, nil
}

func (l *loader) flush(ctx context.Context) error {
	if len(l.rows) == 0 {
		return nil
	}
	names, marks := make([]string, len(l.table.columns)), make([]string, len(l.table.columns))
	for i, c := range l.table.columns {
		names[i], marks[i] = c.name, fmt.Sprintf("$%d", i+1)
	}
	query := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", l.table.name, strings.Join(names, ", "), strings.Join(marks, ", "))
	if l.table.name == "versions" {
		if err := l.s.engine.putVersions(ctx, l.q, versionsOf(l.rows)); err != nil {
			return err
		}
	} else {
		for _, row := range l.rows {
			if _, err := l.q.ExecContext(ctx, query, row...); err != nil {
				return err
			}
		}
	}
	l.rows, l.bytes = l.rows[:0], 0
	return nil
}

// versionsOf turns rows of a backup into rows of versions.
func versionsOf(rows [][]any) *versionRows {
	v := &versionRows{}
	for _, r := range rows {
		whole := func(i int) int64 { n, _ := r[i].(int64); return n } // parse made sure of the types
		text := func(i int) string { s, _ := r[i].(string); return s }
		v.n, v.kind, v.id, v.version = append(v.n, whole(0)), append(v.kind, text(1)), append(v.id, text(2)), append(v.version, whole(3))
		v.base, v.live, v.seq, v.state = append(v.base, whole(4)), append(v.live, whole(5)), append(v.seq, whole(6)), append(v.state, text(7))
		v.layer, v.facets, v.text, v.body = append(v.layer, text(8)), append(v.facets, text(9)), append(v.text, text(10)), append(v.body, text(11))
	}
	return v
}
