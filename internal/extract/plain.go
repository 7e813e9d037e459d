package extract

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// wrappedWidth is the widest line, in runes, that counts as broken by a margin:
// in a text with longer lines every line is a paragraph.
const wrappedWidth = 120

// readPlain reads plain text. Empty lines and form feeds part paragraphs. Lines
// between them are joined where the margin broke them, see deliberate.
func readPlain(b *builder, data []byte, _ Options) error {
	s, err := decode(b, data, "")
	if err != nil {
		return err
	}
	return addPlain(b, s)
}

func addPlain(b *builder, s string) error {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(s)
	pages := strings.Split(s, "\f")
	if strings.TrimSpace(pages[len(pages)-1]) == "" && len(pages) > 1 {
		pages = pages[:len(pages)-1]
	}
	var all []string
	for _, p := range pages {
		all = append(all, strings.Split(p, "\n")...)
	}
	edge := margin(all)
	var vocab words
	if edge > 0 {
		vocab = vocabulary(all)
	}
	if len(pages) > 1 {
		b.text.Pages = len(pages)
	}
	for i, page := range pages {
		number := 0
		if len(pages) > 1 {
			number = i + 1
		}
		for _, block := range blocks(strings.Split(page, "\n")) {
			for _, par := range unwrap(block, edge) {
				if err := b.add(draft{text: joinLines(par, vocab), page: number}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// blocks splits lines at empty lines.
func blocks(lines []string) [][]string {
	var out [][]string
	start := -1
	for i, l := range lines {
		switch blank := strings.TrimSpace(l) == ""; {
		case blank && start >= 0:
			out = append(out, lines[start:i])
			start = -1
		case !blank && start < 0:
			start = i
		}
	}
	if start >= 0 {
		out = append(out, lines[start:])
	}
	return out
}

// margin is the column at which the margin breaks lines: the 95th percentile of
// the ends of lines that another one follows; 0 when lines are not broken by a
// margin.
func margin(lines []string) float64 {
	var ends []int
	for i := range len(lines) - 1 {
		if strings.TrimSpace(lines[i+1]) != "" && strings.TrimSpace(lines[i]) != "" {
			ends = append(ends, utf8.RuneCountInString(strings.TrimRight(lines[i], " \t")))
		}
	}
	if len(ends) == 0 {
		return 0
	}
	slices.Sort(ends)
	if e := ends[(len(ends)*95+99)/100-1]; e <= wrappedWidth {
		return float64(e)
	}
	return 0
}

// unwrap splits a block into paragraphs of lines. edge 0 makes each line one.
func unwrap(block []string, edge float64) [][]string {
	var out [][]string
	var last line
	for i, l := range block {
		text := strings.TrimSpace(l)
		left := float64(indentOf(l))
		cur := line{text: text, left: left, right: left + float64(utf8.RuneCountInString(text)), first: float64(firstWord(text))}
		if i == 0 || edge == 0 || deliberate(last, cur, edge, 1, 2) {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], l)
		last = cur
	}
	return out
}

// indentOf counts the columns before the first letter; a tab stands for four.
func indentOf(l string) int {
	n := 0
	for _, r := range l {
		switch r {
		case ' ', '\u3000':
			n++
		case '\t':
			n += 4
		default:
			return n
		}
	}
	return n
}

// firstWord is the length of the first word in runes; in scripts without spaces
// one rune can move to the line before.
func firstWord(s string) int {
	if r, _ := utf8.DecodeRuneInString(s); solid(r) {
		return 1
	}
	if i := strings.IndexByte(s, ' '); i >= 0 {
		s = s[:i]
	}
	return utf8.RuneCountInString(s)
}
