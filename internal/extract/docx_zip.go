package extract

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"entente"
)

// Bounds of a DOCX file, which is a ZIP archive of XML files.
const (
	maxEntries    = 5_000
	maxPart       = 150 << 20 // bytes of one part, unpacked
	maxUnpacked   = 250 << 20 // bytes of all parts that are read
	maxRatio      = 250       // unpacked to packed; text packs to 5 to 60
	ratioFrom     = 4 << 20   // unpacked bytes from which the ratio counts
	maxDepth      = 200       // elements inside one another
	maxTokenBytes = 8 << 20   // one tag or one piece of text
)

// parts are the parts of the archive by name. Nothing is written to disk.
type parts struct {
	ctx   context.Context
	files map[string]*zip.File
	left  int64 // bytes that may still be unpacked
}

func openArchive(ctx context.Context, data []byte) (*parts, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, damaged("the archive", err)
	}
	if len(z.File) > maxEntries {
		return nil, invalid(fmt.Sprintf("the archive has %d entries, more than the limit of %d", len(z.File), maxEntries), "save the file again in its program")
	}
	p := &parts{ctx: ctx, files: make(map[string]*zip.File, len(z.File)), left: maxUnpacked}
	for _, f := range z.File {
		name := strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(f.Name, `\`, "/")), "/")
		if _, twice := p.files[name]; twice {
			return nil, invalid("the archive holds one part twice", "save the file again in its program")
		}
		p.files[name] = f
	}
	return p, nil
}

// whichArchive tells what a ZIP archive holds: nil for a Word file.
func whichArchive(ctx context.Context, data []byte) error {
	p, err := openArchive(ctx, data)
	if err != nil {
		return err
	}
	has := func(name string) bool { return p.files[name] != nil }
	switch {
	case has("[Content_Types].xml") && has(p.main()):
		return nil
	case has("xl/workbook.xml"):
		return invalid("the file is an Excel workbook, not a text", "import it as a table, or save its text as DOCX")
	case has("ppt/presentation.xml"):
		return invalid("the file is a PowerPoint presentation, which is not read", "save it as PDF")
	case has("mimetype") && has("content.xml"):
		return invalid("the file is an OpenDocument file, which is not read", "save it as DOCX or PDF")
	case has("META-INF/container.xml"):
		return invalid("the file is an e-book (EPUB), which is not read", "save it as PDF, HTML or plain text")
	}
	return invalid("the file is a ZIP archive and no Word file", "unpack it and upload the files in it one by one")
}

// main is the name of the part with the text.
func (p *parts) main() string {
	if name := p.related("_rels/.rels", "", "/officeDocument"); name != "" {
		return name
	}
	return "word/document.xml"
}

// related looks up a part by the end of the type of its relation; base is the
// folder of the part that the relations belong to.
func (p *parts) related(rels, base, kind string) string {
	found := ""
	_ = p.read(rels, func(x *xmlReader) error { // no relations: the usual names
		return x.children(func(el xml.StartElement) error {
			return x.children(func(el xml.StartElement) error {
				if el.Name.Local == "Relationship" && strings.HasSuffix(val(el, "Type"), kind) && val(el, "TargetMode") != "External" && found == "" {
					target := val(el, "Target")
					if !strings.HasPrefix(target, "/") {
						target = path.Join("/", base, target)
					}
					found = strings.TrimPrefix(path.Clean(target), "/")
				}
				return x.skip()
			})
		})
	})
	return found
}

// read unpacks a part and gives it to fn as XML; a part that is not there is
// an error of kind NotFound.
func (p *parts) read(name string, fn func(*xmlReader) error) error {
	f := p.files[name]
	if f == nil {
		return &entente.Error{Kind: entente.NotFound, Op: op, Msg: "the file has no part " + clip(name, 80)}
	}
	if f.Flags&1 != 0 {
		return invalid("the archive is encrypted", "save it without a password")
	}
	rc, err := f.Open()
	if err != nil {
		return damaged("the part "+clip(name, 80), err)
	}
	defer func() { _ = rc.Close() }() // only read
	c := &counted{r: rc, parts: p, packed: int64(f.CompressedSize64)}
	x := newXMLReader(p.ctx, c)
	if err := fn(x); err != nil {
		return x.explain(err, name)
	}
	return nil
}

// counted bounds what is unpacked, whatever the archive claims.
type counted struct {
	r              io.Reader
	parts          *parts
	packed, n, tok int64
}

var (
	errBomb  = errors.New("it unpacks to far more than a text")
	errToken = errors.New("it holds a tag or a piece of text larger than 8 MB")
)

func (c *counted) Read(p []byte) (int, error) {
	if err := c.parts.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.tok += int64(n)
	c.parts.left -= int64(n)
	switch {
	case c.n > maxPart, c.parts.left < 0, c.n > ratioFrom && c.n > maxRatio*max(c.packed, 1):
		return 0, errBomb
	case c.tok > maxTokenBytes:
		return 0, errToken
	}
	return n, err
}
