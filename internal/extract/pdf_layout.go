package extract

import (
	"bufio"
	"errors"
	"fmt"
	"html"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A pdfDoc is what pdftotext says of a PDF: lines with their places, in reading
// order. Lengths are in points, from the top left corner.
type pdfDoc struct {
	title string
	pages []pdfPage
}

type pdfPage struct {
	width, height float64
	lines         []pdfLine
}

type pdfLine struct {
	line
	top, bottom float64 // of the letters of the usual size in it
	size        float64 // their height
	page, block int
}

// add appends a line. Words of a justified line can stand so far apart that
// pdftotext takes them for several lines of one block: they are put together.
func (p *pdfPage) add(l pdfLine) {
	if n := len(p.lines); n > 0 && p.lines[n-1].block == l.block && l.behind(&p.lines[n-1]) {
		a := &p.lines[n-1]
		a.text, a.right = a.text+" "+l.text, l.right
		return
	}
	p.lines = append(p.lines, l)
}

// behind tells whether a line stands in the same row as a, to the right of it.
func (l *pdfLine) behind(a *pdfLine) bool {
	return math.Abs(l.bottom-a.bottom) < 0.3*l.size && l.left >= a.right-1
}

// parseLayout reads the answer of pdftotext -bbox-layout: XHTML with one tag to a
// line. It is read line by line, since words may hold characters that XML does
// not allow.
func parseLayout(r io.Reader, maxRunes int) (*pdfDoc, error) {
	doc := &pdfDoc{}
	in := bufio.NewReaderSize(r, 1<<16)
	var words []pdfWord
	block, runes := 0, 0
	for {
		l, err := readLine(in)
		if errors.Is(err, io.EOF) {
			return doc, nil
		}
		if err != nil {
			return nil, err
		}
		l = strings.TrimSpace(l)
		switch {
		case strings.HasPrefix(l, "<word "):
			w, err := parseWord(l)
			if err != nil {
				return nil, err
			}
			if runes += utf8.RuneCountInString(w.text) + 1; runes > maxRunes {
				return nil, tooLong(maxRunes)
			}
			words = append(words, w)
		case strings.HasPrefix(l, "<page "):
			if len(doc.pages) >= maxPages {
				return nil, invalid(fmt.Sprintf("the PDF has more than %d pages", maxPages), "split the file")
			}
			doc.pages = append(doc.pages, pdfPage{width: number64(l, "width"), height: number64(l, "height")})
		case strings.HasPrefix(l, "<block "):
			block++
		case strings.HasPrefix(l, "<line "):
			words = words[:0]
		case l == "</line>" && len(doc.pages) > 0:
			p := &doc.pages[len(doc.pages)-1]
			if pl, ok := makeLine(words); ok {
				pl.page, pl.block = len(doc.pages), block
				p.add(pl)
			}
		case strings.HasPrefix(l, "<title>") && doc.title == "":
			doc.title = html.UnescapeString(strings.TrimSuffix(strings.TrimPrefix(l, "<title>"), "</title>"))
		}
	}
}

// readLine is the next line, with a bound.
func readLine(in *bufio.Reader) (string, error) {
	var b strings.Builder
	for {
		part, err := in.ReadSlice('\n')
		b.Write(part)
		switch {
		case err == nil:
			return b.String(), nil
		case errors.Is(err, bufio.ErrBufferFull) && b.Len() < 1<<20:
			continue
		case errors.Is(err, bufio.ErrBufferFull):
			return "", invalid("the PDF holds a word of more than a million letters", "save it as plain text")
		case errors.Is(err, io.EOF) && b.Len() > 0:
			return b.String(), nil
		}
		return "", err
	}
}

type pdfWord struct {
	left, top, right, bottom float64
	text                     string
}

func parseWord(l string) (pdfWord, error) {
	start := strings.IndexByte(l, '>')
	end := strings.LastIndex(l, "</word>")
	if start < 0 || end < start {
		return pdfWord{}, damaged("the answer of pdftotext", fmt.Errorf("no word in %q", clip(l, 100)))
	}
	return pdfWord{
		left: number64(l, "xMin"), top: number64(l, "yMin"), right: number64(l, "xMax"), bottom: number64(l, "yMax"),
		text: strings.ToValidUTF8(html.UnescapeString(l[start+1:end]), "\ufffd"),
	}, nil
}

// number64 reads the number of an attribute, 0 when it is none.
func number64(tag, attr string) float64 {
	_, rest, ok := strings.Cut(tag, " "+attr+`="`)
	if !ok {
		return 0
	}
	s, _, _ := strings.Cut(rest, `"`)
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 1e6 {
		return 0
	}
	return f
}

// makeLine puts words together. The size of a line is that of most of its
// letters, so that a raised mark of a footnote does not count.
func makeLine(words []pdfWord) (pdfLine, bool) {
	var texts []string
	for _, w := range words {
		if t := strings.TrimSpace(strings.ReplaceAll(w.text, "\n", " ")); t != "" {
			texts = append(texts, t)
		}
	}
	if len(texts) == 0 {
		return pdfLine{}, false
	}
	l := pdfLine{line: line{text: strings.Join(texts, " "), left: math.Inf(1), right: math.Inf(-1)}}
	for _, w := range words {
		l.left, l.right = min(l.left, w.left), max(l.right, w.right)
	}
	l.first = words[0].right - words[0].left
	if r, _ := utf8.DecodeRuneInString(l.text); solid(r) {
		l.first /= float64(utf8.RuneCountInString(words[0].text))
	}
	l.size = usual(len(words), func(i int) (float64, int) {
		return words[i].bottom - words[i].top, utf8.RuneCountInString(words[i].text)
	})
	for _, w := range words {
		if math.Abs(w.bottom-w.top-l.size) < 0.6 {
			l.top, l.bottom = w.top, w.bottom
			break
		}
	}
	if l.bottom == 0 {
		l.top, l.bottom = words[0].top, words[0].bottom
	}
	return l, true
}

// usual is the value, rounded to half a point, that has the most weight; the
// smaller of two alike.
func usual(n int, at func(int) (value float64, weight int)) float64 {
	weights := map[float64]int{}
	for i := range n {
		v, w := at(i)
		weights[math.Round(v*2)/2] += w
	}
	best, most := 0.0, -1
	for v, w := range weights {
		if w > most || w == most && v < best {
			best, most = v, w
		}
	}
	return best
}

// quantile is the value below which a share of the weight lies.
func quantile(share float64, values []weighted) float64 {
	slices.SortFunc(values, func(a, b weighted) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	total := 0
	for _, v := range values {
		total += v.weight
	}
	sum := 0
	for _, v := range values {
		if sum += v.weight; float64(sum) >= share*float64(total) {
			return v.value
		}
	}
	return 0
}

type weighted struct {
	value  float64
	weight int
}
