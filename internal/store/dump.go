package store

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
)

// backupFormat and backupVersion stand in the first line of a backup.
const (
	backupFormat  = "entente-backup"
	backupVersion = 1
)

// backupHead is the first line of a backup.
type backupHead struct {
	Format  string           `json:"format"`
	Version int              `json:"version"`
	Seq     int64            `json:"seq"` // of the latest commit
	Public  int64            `json:"public"`
	At      int64            `json:"at"`
	Counts  map[string]int64 `json:"counts"` // rows by table
}

// backupEnd is the last line: the hash of everything before it, unpacked.
type backupEnd struct {
	End    bool   `json:"end"`
	Lines  int64  `json:"lines"`
	SHA256 string `json:"sha256"`
}

// Backup is what a backup says of itself.
type Backup struct {
	Mark   Mark
	Counts map[string]int64
	SHA256 string
}

// Dump writes a backup: everything but sessions, history included, as one
// consistent state while others go on writing. The form is the same for both
// engines: gzip over lines of JSON, the first a [backupHead], then
// ["table", column, …] for each row, the last a [backupEnd]. The same state gives
// the same bytes. It holds password hashes and private notes: keep it as safe as
// the store itself.
func (s *Store) Dump(ctx context.Context, w io.Writer, progress func(done, total int64) error) (*Backup, error) {
	var out *Backup
	err := s.engine.read(ctx, func(ctx context.Context, q querier) error {
		var err error
		out, err = dump(ctx, q, w, progress)
		return err
	})
	return out, err
}

func dump(ctx context.Context, q querier, to io.Writer, progress func(done, total int64) error) (*Backup, error) {
	m, err := markOf(ctx, q)
	if err != nil {
		return nil, err
	}
	head := backupHead{Format: backupFormat, Version: backupVersion, Seq: m.Seq, Public: m.Public, At: m.At.UnixMicro(), Counts: map[string]int64{}}
	var total int64
	for _, t := range backupTables {
		var n int64
		if err := q.QueryRowContext(ctx, "SELECT count(*) FROM "+t.name).Scan(&n); err != nil {
			return nil, err
		}
		head.Counts[t.name] = n
		total += n
	}
	zip := gzip.NewWriter(to)
	w := &lineWriter{to: bufio.NewWriterSize(zip, 1<<16), sum: sha256.New()}
	if err := w.line(head); err != nil {
		return nil, err
	}
	for _, t := range backupTables {
		err := eachRow(ctx, q, &t, func(values []any) error {
			if progress != nil && w.lines%1000 == 0 {
				if err := progress(w.lines, total); err != nil {
					return err
				}
			}
			return w.line(append([]any{t.name}, values...))
		})
		if err != nil {
			return nil, err
		}
	}
	end := backupEnd{End: true, Lines: w.lines, SHA256: hex.EncodeToString(w.sum.Sum(nil))}
	if err := w.line(end); err != nil {
		return nil, err
	}
	return &Backup{Mark: m, Counts: head.Counts, SHA256: end.SHA256}, errors.Join(w.to.Flush(), zip.Close())
}

// eachRow reads a table in the order of the backup.
func eachRow(ctx context.Context, q querier, t *backupTable, each func([]any) error) error {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	rows, err := q.QueryContext(ctx, fmt.Sprintf("SELECT %s FROM %s ORDER BY %s", strings.Join(names, ", "), t.name, t.order))
	if err != nil {
		return err
	}
	for rows.Next() {
		values, err := scanRow(rows, t)
		if err == nil {
			err = each(values)
		}
		if err != nil {
			_ = rows.Close() //nolint:sqlclosecheck // its fault is told below
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

func scanRow(rows *sql.Rows, t *backupTable) ([]any, error) {
	dest := make([]any, len(t.columns))
	for i, c := range t.columns {
		switch c.kind {
		case textColumn:
			dest[i] = new(string)
		case wholeColumn:
			dest[i] = new(int64)
		case bytesColumn:
			dest[i] = new([]byte)
		}
	}
	if err := rows.Scan(dest...); err != nil {
		return nil, err
	}
	for i := range dest {
		switch v := dest[i].(type) {
		case *string:
			dest[i] = *v
		case *int64:
			dest[i] = *v
		case *[]byte:
			dest[i] = *v // JSON writes it as base64
		}
	}
	return dest, nil
}

// lineWriter writes lines of JSON and adds up what it wrote.
type lineWriter struct {
	to    *bufio.Writer
	sum   hash.Hash
	lines int64
}

func (w *lineWriter) line(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	b = append(b, '\n')
	_, _ = w.sum.Write(b) // a hash takes everything
	w.lines++
	_, err = w.to.Write(b)
	return err
}
