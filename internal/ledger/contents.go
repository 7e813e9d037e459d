package ledger

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"entente"
)

// contentsForm is the first line of the list of a folder's files.
const contentsForm = "entente-folder/v1"

// The bounds of a folder.
const (
	MaxContents = 256 << 20 // bytes of the list
	MaxFiles    = 1_000_000
)

// Everybody as [Contents.For] stands for a folder that opens every leaf.
const Everybody = "*"

// Contents is the signed list of what belongs in a folder, so that nothing can
// be left out unseen.
type Contents struct {
	Log   string
	Size  int64
	Root  tlog.Hash
	For   string // the partner whose leaves are opened, or [Everybody]
	Time  time.Time
	Files []File // ordered by path
	// Signer is the trusted key that signed.
	Signer string
}

// File is a file of a folder.
type File struct {
	SHA256 string // hexadecimal
	Size   int64
	Path   string // with slashes, from the folder
}

func (c *Contents) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nlog %s\nsize %d\nroot %s\nfor %s\ntime %s\n", contentsForm, c.Log, c.Size, c.Root, c.For, c.Time.UTC().Format(timeForm))
	for _, f := range c.Files {
		b.WriteString("file " + f.SHA256 + " " + strconv.FormatInt(f.Size, 10) + " " + f.Path + "\n")
	}
	return b.String()
}

// sign makes the signed list.
func (c *Contents) sign(key *Key) ([]byte, error) {
	slices.SortFunc(c.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	msg, err := note.Sign(&note.Note{Text: c.text()}, key.signer())
	if err == nil && len(msg) > MaxContents {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "export log", Msg: "the folder has too many files", Hint: "export for one partner"}
	}
	return msg, err
}

// Sign makes the signed list of a folder that was put together by somebody else
// than the log: the one whom it is for.
func (c *Contents) Sign(key *Key) ([]byte, error) {
	if key.name != c.Log && key.name != c.For {
		return nil, &entente.Error{Kind: entente.Denied, Op: "sign contents", Place: key.name, Msg: "only the log, or whom the folder is for, signs its list"}
	}
	return c.sign(key)
}

// OpenContents reads a signed list and checks its signature, which must be that
// of the log's own key or of the one whom the folder is for.
func (ring *Keyring) OpenContents(msg []byte) (*Contents, error) {
	text, sigs, _, err := ring.open("read contents", msg, MaxContents)
	if err != nil {
		return nil, err
	}
	c, err := parseContents(text)
	if err != nil {
		return nil, err
	}
	for _, s := range sigs {
		if s.Time.IsZero() && (s.Name == c.Log || s.Name == c.For) {
			c.Signer = s.Name
			return c, nil
		}
	}
	return nil, &entente.Error{Kind: entente.Denied, Op: "read contents", Msg: "neither the log nor whom the folder is for has signed it"}
}

func parseContents(text string) (*Contents, error) {
	bad := &entente.Error{Kind: entente.Invalid, Op: "read contents", Msg: "this is not a list of the form " + contentsForm}
	next := func() string {
		line, rest, ok := strings.Cut(text, "\n")
		if !ok {
			text = ""
			return ""
		}
		text = rest
		return line
	}
	whole := text
	var c Contents
	var ok [3]bool
	var errs [3]error
	first := next()
	c.Log, ok[0] = strings.CutPrefix(next(), "log ")
	c.Size, errs[0] = parseCount(next(), "size")
	c.Root, errs[1] = parseHash(strings.TrimPrefix(next(), "root "))
	c.For, ok[1] = strings.CutPrefix(next(), "for ")
	c.Time, errs[2] = parseTime(strings.TrimPrefix(next(), "time "))
	ok[2] = first == contentsForm && checkOrigin(c.Log) == nil && c.For != ""
	for i := range errs {
		if errs[i] != nil || !ok[i] {
			return nil, bad
		}
	}
	for text != "" {
		f, fault := parseFile(next())
		if fault || len(c.Files) == MaxFiles || len(c.Files) > 0 && c.Files[len(c.Files)-1].Path >= f.Path {
			return nil, bad
		}
		c.Files = append(c.Files, f)
	}
	if c.text() != whole {
		return nil, bad
	}
	return &c, nil
}

func parseFile(line string) (f File, bad bool) {
	parts := strings.SplitN(line, " ", 4)
	if len(parts) != 4 || parts[0] != "file" || !isHex(parts[1]) || !fs.ValidPath(parts[3]) || parts[3] == "." {
		return f, true
	}
	n, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || n < 0 {
		return f, true
	}
	return File{parts[1], n, parts[3]}, false
}
