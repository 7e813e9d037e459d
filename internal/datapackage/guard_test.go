package datapackage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"entente"
)

// hugeFS is a folder in which one file is made while it is read: a head, then
// one letter again and again, up to size bytes.
type hugeFS struct {
	fs.FS
	name, head string
	size       int64
	handedOut  *int64 // how much was really read
}

func (h hugeFS) Open(name string) (fs.File, error) {
	if name != h.name {
		return h.FS.Open(name)
	}
	return &hugeFile{fs: h, head: strings.NewReader(h.head)}, nil
}

type hugeFile struct {
	fs   hugeFS
	head *strings.Reader
}

func (f *hugeFile) Read(p []byte) (int, error) {
	if n, err := f.head.Read(p); err == nil {
		return n, nil
	}
	n := int(min(int64(len(p)), f.fs.size-*f.fs.handedOut))
	if n == 0 {
		return 0, io.EOF
	}
	for i := range p[:n] {
		p[i] = 'x'
	}
	*f.fs.handedOut += int64(n)
	return n, nil
}

func (f *hugeFile) Stat() (fs.FileInfo, error) { return hugeInfo{f.fs}, nil }
func (f *hugeFile) Close() error               { return nil }

type hugeInfo struct{ fs hugeFS }

func (i hugeInfo) Name() string     { return i.fs.name }
func (i hugeInfo) Size() int64      { return i.fs.size }
func (hugeInfo) Mode() fs.FileMode  { return 0o644 }
func (hugeInfo) ModTime() time.Time { return time.Time{} }
func (hugeInfo) IsDir() bool        { return false }
func (hugeInfo) Sys() any           { return nil }

// A cell of 200 MB is refused after one megabyte of it, at the place where the
// bound was passed, and without holding more than a few megabytes.
func TestACellOf200MB(t *testing.T) {
	const head = "id,title,date,targets,note\nblackout,"
	for _, tc := range []struct{ name, head, want string }{
		{"plain", head, fmt.Sprintf("incidents.csv:2:%d: a cell is larger than 1024 kB (look for a missing closing quote, or shorten the text)", 10+MaxCell)},
		// the quote counts as part of the cell
		{"in quotes", head + `"`, fmt.Sprintf("incidents.csv:2:%d: a cell is larger than 1024 kB (look for a missing closing quote, or shorten the text)", 10+MaxCell)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var read int64
			var before, after runtime.MemStats
			files := base(t, nil)
			runtime.ReadMemStats(&before)
			_, err := Read(hugeFS{files, "incidents.csv", tc.head, 200 << 20, &read})
			runtime.ReadMemStats(&after)
			if err == nil || err.Error() != tc.want {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
			if read > 2*MaxCell {
				t.Errorf("%d bytes of the cell were read, want little more than %d", read, MaxCell)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 24<<20 {
				t.Errorf("%d MB were allocated on the way", grown>>20)
			}
		})
	}
}

func TestACellOfTheLargestSizeIsRead(t *testing.T) {
	long := strings.Repeat("x", MaxCell)
	c, err := Read(edit(t, "incidents.csv", replace("A blackout", long)))
	if err != nil {
		t.Fatalf("%.200s", err)
	}
	if c.Incidents[0].Title != long {
		t.Error("the cell was changed")
	}
	if _, err := Read(edit(t, "incidents.csv", replace("A blackout", long+"x"))); err == nil {
		t.Error("one byte more was read as well")
	}
}

func TestADescriptionOf200MB(t *testing.T) {
	var read int64
	_, err := Read(hugeFS{base(t, nil), "datapackage.json", `{"name": "`, 200 << 20, &read})
	if err == nil || err.Error() != "datapackage.json: the file is far too large (it holds a description, not data)" {
		t.Errorf("got %v", err)
	}
	if read > 5*MaxCell {
		t.Errorf("%d bytes were read", read)
	}
}

// However the bytes arrive, the guard sees the same file.
func TestGuardDoesNotDependOnHowBytesArrive(t *testing.T) {
	for _, text := range []string{
		"", "a,b\n1,2\n", "\uFEFFa,b\n", "ä,€,😀\nü", "a\n\"x\ny\",z", "a\xc3", "a\n\xe2\x82", "a,\x00b", "\xf0\x9f\x98",
	} {
		whole, wholeErr := io.ReadAll(newGuard("f.csv", strings.NewReader(text)))
		for name, in := range map[string]io.Reader{
			"byte by byte":      iotest.OneByteReader(strings.NewReader(text)),
			"in halves":         iotest.HalfReader(strings.NewReader(text)),
			"end with the data": iotest.DataErrReader(strings.NewReader(text)),
		} {
			got, err := io.ReadAll(newGuard("f.csv", in))
			if string(got) != string(whole) || fmt.Sprint(err) != fmt.Sprint(wholeErr) {
				t.Errorf("%q %s: %q, %v; at once: %q, %v", text, name, got, err, whole, wholeErr)
			}
		}
	}
}

// The guard passes on exactly what is before the first fault, and says where
// that is.
func FuzzGuard(f *testing.F) {
	for _, s := range []string{"", "a,b\n1,2\n", "\uFEFFa", "a\n\"b\nc\",d", "a\xff", "a\nb\x00", "\xef\xbb", "ä\n€,😀"} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, in []byte, chunk int) {
		got, err := io.ReadAll(newGuard("f.csv", &chunked{in, 1 + chunk&63}))
		want := bytes.TrimPrefix(in, []byte("\uFEFF"))
		good := 0
		for good < len(want) {
			r, size := utf8.DecodeRune(want[good:])
			if r == 0 || r == utf8.RuneError && size == 1 {
				break
			}
			good += size
		}
		if !bytes.Equal(got, want[:good]) {
			t.Errorf("passed on %q of %q", got, in)
		}
		if (err != nil) != (good < len(want)) {
			t.Errorf("error %v, though %d of %d bytes are good", err, good, len(want))
		}
		if err != nil {
			line := 1 + bytes.Count(want[:good], []byte("\n"))
			col := good - bytes.LastIndexByte(want[:good], '\n')
			var e *entente.Error
			if !errors.As(err, &e) || e.Place != fmt.Sprintf("f.csv:%d:%d", line, col) {
				t.Errorf("place of %v, want line %d, column %d", err, line, col)
			}
		}
	})
}

// chunked hands out its bytes a few at a time.
type chunked struct {
	rest []byte
	size int
}

func (c *chunked) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), c.size)], c.rest)
	c.rest = c.rest[n:]
	return n, nil
}
