package extract

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"entente"
)

// An xmlReader walks over XML of unknown origin: no document type (so no
// entities can be declared), bounded depth, bounded tokens.
type xmlReader struct {
	ctx   context.Context
	d     *xml.Decoder
	src   *counted
	depth int
	n     int
}

func newXMLReader(ctx context.Context, src *counted) *xmlReader {
	d := xml.NewDecoder(src)
	d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("the encoding %q is not read in a part of a Word file", clip(charset, 40))
	}
	return &xmlReader{ctx: ctx, d: d, src: src}
}

var (
	errDepth = fmt.Errorf("its elements are nested deeper than %d", maxDepth)
	errDTD   = errors.New("it declares a document type, which a Word file never does")
)

// next is the next token.
func (x *xmlReader) next() (xml.Token, error) {
	if x.n++; x.n%256 == 0 {
		if err := x.ctx.Err(); err != nil {
			return nil, err
		}
	}
	x.src.tok = 0
	t, err := x.d.Token()
	if err != nil {
		return nil, err
	}
	switch t.(type) {
	case xml.StartElement:
		if x.depth++; x.depth > maxDepth {
			return nil, errDepth
		}
	case xml.EndElement:
		x.depth--
	case xml.Directive:
		return nil, errDTD
	}
	return t, nil
}

// children calls fn for each element up to the end of the one that is open; fn
// must read its element to the end.
func (x *xmlReader) children(fn func(xml.StartElement) error) error {
	return x.content(fn, nil)
}

// content is children that also gives the characters between.
func (x *xmlReader) content(fn func(xml.StartElement) error, chars func([]byte) error) error {
	top := x.depth
	for {
		t, err := x.next()
		if errors.Is(err, io.EOF) && top == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := fn(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		case xml.CharData:
			if chars != nil {
				if err := chars(t); err != nil {
					return err
				}
			}
		}
	}
}

// skip reads to the end of the open element.
func (x *xmlReader) skip() error {
	for until := x.depth - 1; ; {
		t, err := x.next()
		if err != nil {
			return err
		}
		if _, ok := t.(xml.EndElement); ok && x.depth == until {
			return nil
		}
	}
}

// chars is the text of the open element, without that of elements inside.
func (x *xmlReader) chars() (string, error) {
	var b strings.Builder
	err := x.content(func(xml.StartElement) error { return x.skip() }, func(c []byte) error { b.Write(c); return nil })
	return b.String(), err
}

// explain turns an error of the reading into one for people.
func (x *xmlReader) explain(err error, part string) error {
	if _, ok := errors.AsType[*entente.Error](err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return damaged("the part "+clip(part, 80), err)
}

// val is the value of an attribute, of whatever namespace.
func val(el xml.StartElement, name string) string {
	for _, a := range el.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// on reads a switch of Word: there without a value, or with any but "no" ones.
func on(el xml.StartElement) bool {
	switch val(el, "val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}
