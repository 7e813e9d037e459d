package sheet

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"
)

// ordered is a ZIP file whose entries stand in one order with one time, in
// whatever order they were made: equal content gives equal bytes. Entries are
// packed as they come, so that memory holds only what is packed.
type ordered struct {
	to      io.Writer
	entries []*entry
	closed  bool
}

type entry struct {
	name   string
	packed bytes.Buffer
	pack   *flate.Writer
	sum    hash.Hash32
	size   uint64
}

// packing is the level of compression: on tables it is twice as fast as the
// usual 6, for files that are hardly larger.
const packing = 4

func newZip(w io.Writer) excelize.ZipWriter { return &ordered{to: w} }

// entryTime is the earliest time that the format knows.
var entryTime = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// Create begins an entry, and ends the one before.
func (o *ordered) Create(name string) (io.Writer, error) {
	if err := o.end(); err != nil {
		return nil, err
	}
	e := &entry{name: name, sum: crc32.NewIEEE()}
	var err error
	if e.pack, err = flate.NewWriter(&e.packed, packing); err != nil {
		return nil, err
	}
	o.entries = append(o.entries, e)
	return e, nil
}

// Write packs a part of the entry.
func (e *entry) Write(p []byte) (int, error) {
	if e.pack == nil {
		return 0, errors.New("the entry is closed")
	}
	e.size += uint64(len(p))
	e.sum.Write(p)
	return e.pack.Write(p)
}

func (o *ordered) end() error {
	if len(o.entries) == 0 {
		return nil
	}
	e := o.entries[len(o.entries)-1]
	if e.pack == nil {
		return nil
	}
	err := e.pack.Close()
	e.pack = nil
	return err
}

// AddFS is not needed here.
func (o *ordered) AddFS(fs.FS) error { return errors.New("folders are not packed") }

// first are the entries that some readers look for at the front.
var first = []string{"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"}

// place orders the entries.
func (e *entry) place() int {
	if i := slices.Index(first, e.name); i >= 0 {
		return i
	}
	return len(first)
}

// Close writes all entries.
func (o *ordered) Close() error {
	if o.closed {
		return nil
	}
	o.closed = true
	if err := o.end(); err != nil {
		return err
	}
	slices.SortFunc(o.entries, func(a, b *entry) int { return cmp.Or(a.place()-b.place(), cmp.Compare(a.name, b.name)) })
	z := zip.NewWriter(o.to)
	for _, e := range o.entries {
		h := &zip.FileHeader{
			Name: e.name, Method: zip.Deflate, CRC32: e.sum.Sum32(), Modified: entryTime,
			CompressedSize64: uint64(e.packed.Len()), UncompressedSize64: e.size,
		}
		w, err := z.CreateRaw(h)
		if err != nil {
			return err
		}
		if _, err := e.packed.WriteTo(w); err != nil {
			return err
		}
	}
	return z.Close()
}
