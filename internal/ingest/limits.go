package ingest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"

	"entente"
)

// The bounds of what is read. They are above any honest file and keep a broken
// or hostile one from filling the memory.
const (
	MaxBytes   = 100 << 20 // bytes of a file
	MaxRows    = 2_000_000 // rows of a table, statements of a database
	MaxColumns = 1000
	MaxCell    = 1 << 20   // bytes of a cell
	MaxText    = 32 << 20  // bytes of one document's text
	MaxUnzip   = 400 << 20 // bytes of all members of a ZIP file together
	MaxMembers = 10_000    // members of a ZIP file
)

const op = "import"

// Fault makes an error of an import.
func Fault(place, hint, format string, args ...any) *entente.Error {
	return &entente.Error{Kind: entente.Invalid, Op: op, Place: place, Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// CheckSize refuses a file that is empty or larger than [MaxBytes].
func CheckSize(name string, data []byte) error {
	switch {
	case len(data) == 0:
		return Fault(name, "", "the file is empty")
	case len(data) > MaxBytes:
		return Fault(name, "split it", "the file has %d MB, more than %d", len(data)>>20, MaxBytes>>20)
	}
	return nil
}

// Oversize names the first column, in the order of their names, whose cell is
// longer than [MaxCell]; empty when there is none.
func Oversize(cells map[string]string) (column string) {
	for c, v := range cells {
		if len(v) > MaxCell && (column == "" || c < column) {
			column = c
		}
	}
	return column
}

// IsZip reports whether the data begin as a ZIP file does.
func IsZip(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// Zip is a ZIP file whose members are read within bounds.
type Zip struct {
	*zip.Reader
	name string
	left int64
}

// OpenZip opens a ZIP file in memory. It refuses one whose members are too many
// or, by their own word, too large together; a member that turns out larger
// than its word is refused by [Zip.Member].
func OpenZip(name string, data []byte) (*Zip, error) {
	if err := CheckSize(name, data); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, &entente.Error{Kind: entente.Invalid, Op: op, Place: name, Msg: "this is not a ZIP file, or it is damaged", Err: err}
	}
	if len(z.File) > MaxMembers {
		return nil, Fault(name, "", "the file has %d members, more than %d", len(z.File), MaxMembers)
	}
	var total uint64
	for _, f := range z.File {
		if total += f.UncompressedSize64; f.UncompressedSize64 > MaxUnzip || total > MaxUnzip {
			return nil, Fault(name, "", "the file unpacks to more than %d MB", MaxUnzip>>20)
		}
	}
	return &Zip{Reader: z, name: name, left: MaxUnzip}, nil
}

// Find gives the member of that name, nil when there is none.
func (z *Zip) Find(name string) *zip.File {
	for _, f := range z.File {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Member unpacks a member, at most limit bytes of it; all members together are
// bound by [MaxUnzip].
func (z *Zip) Member(f *zip.File, limit int64) ([]byte, error) {
	place := z.name + " (" + f.Name + ")"
	limit = min(limit, z.left)
	if f.UncompressedSize64 > uint64(max(limit, 0)) {
		return nil, Fault(place, "", "the member unpacks to more than %d MB", limit>>20)
	}
	r, err := f.Open()
	if err != nil {
		return nil, &entente.Error{Kind: entente.Invalid, Op: op, Place: place, Msg: "the member cannot be unpacked", Err: err}
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, &entente.Error{Kind: entente.Invalid, Op: op, Place: place, Msg: "the member is damaged", Err: err}
	}
	if int64(len(b)) > limit {
		return nil, Fault(place, "", "the member unpacks to more than %d MB", limit>>20)
	}
	z.left -= int64(len(b))
	return b, nil
}
