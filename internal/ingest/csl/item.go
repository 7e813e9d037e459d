package csl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"entente"
	"entente/internal/ingest"
)

// item is one item of CSL JSON, as far as a source needs it.
type item struct {
	ID        word   `json:"id"`
	Type      word   `json:"type"`
	Title     word   `json:"title"`
	Container word   `json:"container-title"`
	Publisher word   `json:"publisher"`
	Authority word   `json:"authority"`
	Genre     word   `json:"genre"`
	Number    word   `json:"number"`
	URL       word   `json:"URL"`
	DOI       word   `json:"DOI"`
	Language  word   `json:"language"`
	Note      word   `json:"note"`
	Author    []name `json:"author"`
	Editor    []name `json:"editor"`
	Issued    *date  `json:"issued"`
	Custom    struct {
		Kind string `json:"kind"`
	} `json:"custom"`
}

// word is a text that some programs write as a number.
type word string

func (w *word) UnmarshalJSON(b []byte) error {
	switch {
	case len(b) > 0 && b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*w = word(ingest.Clean(s))
	case string(b) == "null":
	case len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9'):
		*w = word(b)
	default:
		return fmt.Errorf("%s is not a text", ingest.Clip(string(b), 40))
	}
	return nil
}

type name struct {
	Family   word `json:"family"`
	Given    word `json:"given"`
	Particle word `json:"non-dropping-particle"`
	Literal  word `json:"literal"`
}

func (n name) String() string {
	if n.Literal != "" {
		return string(n.Literal)
	}
	return strings.Join(strings.Fields(string(n.Given)+" "+string(n.Particle)+" "+string(n.Family)), " ")
}

func names(list []name) []string {
	var out []string
	for _, n := range list {
		if s := n.String(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// date is a date of CSL: parts, or words.
type date struct {
	Parts   [][]word `json:"date-parts"`
	Raw     word     `json:"raw"`
	Literal word     `json:"literal"`
}

// read gives the date as ISO 8601, as far as it is known, and a remark where
// something of it was left out.
func (d *date) read() (iso, remark string) {
	if d == nil {
		return "", ""
	}
	if len(d.Parts) > 0 && len(d.Parts[0]) > 0 {
		iso = parts(d.Parts[0])
		if len(d.Parts) > 1 {
			if end := parts(d.Parts[1]); end != iso {
				iso, remark = common(iso, end), fmt.Sprintf("the date is the period %s to %s: kept as %q", iso, end, common(iso, end))
			}
		}
		if iso != "" || remark != "" {
			return iso, remark
		}
	}
	text := string(d.Raw)
	if text == "" {
		text = string(d.Literal)
	}
	if text == "" {
		return "", ""
	}
	if _, err := entente.ParseDate(text); err == nil {
		return text, ""
	}
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(w) == 4 && (w[0] == '1' || w[0] == '2') {
			return w, fmt.Sprintf("of the date %q only the year was read", ingest.Clip(text, 40))
		}
	}
	return "", fmt.Sprintf("the date %q was not read", ingest.Clip(text, 40))
}

// parts reads year, month and day; what is no month (a season) ends the date.
func parts(list []word) string {
	iso := ""
	for i, w := range list[:min(len(list), 3)] {
		n, err := strconv.Atoi(string(w))
		if err != nil || n <= 0 {
			break
		}
		next := fmt.Sprintf("%04d", n)
		if i > 0 {
			next = fmt.Sprintf("%s-%02d", iso, n)
		}
		if _, err := entente.ParseDate(next); err != nil {
			break
		}
		iso = next
	}
	return iso
}

// common is what two dates share: the month, the year or nothing.
func common(a, b string) string {
	for _, n := range []int{7, 4} {
		if len(a) >= n && len(b) >= n && a[:n] == b[:n] {
			return a[:n]
		}
	}
	return ""
}

// maxItems bounds the items of a file.
const maxItems = 200_000

// items reads an array of items, or an object with one under "items".
func items(name string, data []byte) ([]json.RawMessage, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var list []json.RawMessage
	err := json.Unmarshal(data, &list)
	if err != nil {
		var wrapped struct {
			Items []json.RawMessage `json:"items"`
		}
		if json.Unmarshal(data, &wrapped) == nil && wrapped.Items != nil {
			list, err = wrapped.Items, nil
		}
	}
	if err != nil {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "import", Place: name, Msg: "this is not CSL JSON", Hint: "export the collection as CSL JSON: an array of items", Err: err}
	}
	if len(list) > maxItems {
		return nil, ingest.Fault(name, "split the collection", "the file has more than %d items", maxItems)
	}
	return list, nil
}
