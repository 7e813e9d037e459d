package extract

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/hex"
	"io"
	"regexp"
)

var (
	catalog   = regexp.MustCompile(`/Type\s*/Catalog\b`)
	langEntry = regexp.MustCompile(`/Lang\s*(?:\(([A-Za-z0-9_-]{2,35})\)|<([0-9A-Fa-f\s]{4,160})>)`)
	objStream = regexp.MustCompile(`/Type\s*/ObjStm\b`)
)

// Bounds of the search for the language.
const (
	nearCatalog    = 2_000    // bytes around the catalog's type, where its entries are
	maxObjStreams  = 200      // packed streams that are opened
	maxObjUnpacked = 16 << 20 // bytes of them, unpacked
)

// pdfLanguage reads the language that the catalog of a PDF names (ISO 32000-1,
// 14.9.2), which pdftotext does not tell. The catalog stands in the file as it
// is or inside a packed stream of objects. A catalog in an encrypted file, or
// out of reach, gives "".
func pdfLanguage(ctx context.Context, data []byte) string {
	if lang := langNear(data); lang != "" {
		return lang
	}
	left := int64(maxObjUnpacked)
	for _, at := range objStream.FindAllIndex(data, maxObjStreams) {
		if ctx.Err() != nil || left <= 0 {
			return ""
		}
		start := bytes.Index(data[at[1]:min(len(data), at[1]+nearCatalog)], []byte("stream"))
		if start < 0 {
			continue
		}
		packed := bytes.TrimLeft(data[at[1]+start+len("stream"):], "\r\n")
		z, err := zlib.NewReader(bytes.NewReader(packed))
		if err != nil {
			continue
		}
		unpacked, _ := io.ReadAll(io.LimitReader(z, left)) // what could be unpacked is enough
		left -= int64(len(unpacked))
		if lang := langNear(unpacked); lang != "" {
			return lang
		}
	}
	return ""
}

// langNear looks for a language in the object of the last catalog; later ones
// replace earlier ones.
func langNear(data []byte) string {
	all := catalog.FindAllIndex(data, -1)
	if len(all) == 0 {
		return ""
	}
	at := all[len(all)-1]
	from, to := max(0, at[0]-nearCatalog), min(len(data), at[1]+nearCatalog)
	if i := bytes.LastIndex(data[from:at[0]], []byte("endobj")); i >= 0 {
		from += i
	}
	if i := bytes.Index(data[at[1]:to], []byte("endobj")); i >= 0 {
		to = at[1] + i
	}
	m := langEntry.FindSubmatch(data[from:to])
	switch {
	case m == nil:
		return ""
	case len(m[1]) > 0:
		return string(m[1])
	}
	raw, err := hex.DecodeString(string(bytes.Join(bytes.Fields(m[2]), nil)))
	if err != nil {
		return ""
	}
	return string(bytes.ReplaceAll(bytes.TrimPrefix(raw, []byte("\xfe\xff")), []byte{0}, nil))
}
