package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"entente"
)

const maxKeyFile = 1 << 20

// ReadKeys gives the public keys for [Options.Keys] out of what somebody typed:
// each is a key, or a file with one key a line. Errors: Invalid; Denied for the
// file of a private key; NotFound.
func ReadKeys(given []string) ([]string, error) {
	var out []string
	for _, g := range given {
		info, err := os.Stat(g)
		switch {
		case errors.Is(err, fs.ErrNotExist) && strings.Count(g, "+") >= 2:
			out = append(out, g)
			continue
		case err != nil:
			return nil, keyFault(entente.NotFound, g, "this is neither a public key nor a file that can be read", "a key looks like NAME+ID+KEY")
		case !info.Mode().IsRegular() || info.Size() > maxKeyFile:
			return nil, keyFault(entente.Invalid, g, "this is no file of keys", "one public key a line")
		}
		raw, err := os.ReadFile(g)
		if err != nil {
			return nil, keyFault(entente.NotFound, g, "the file cannot be read", "")
		}
		if bytes.Contains(raw, []byte("PRIVATE+KEY")) {
			return nil, keyFault(entente.Denied, g, "this is a private key: keep it secret", "give the public key of it")
		}
		for line := range strings.Lines(string(raw)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
				out = append(out, line)
			}
		}
	}
	if len(out) == 0 {
		return nil, keyFault(entente.Invalid, "--key", "it is not said whose signatures count", "give the public keys of the log and of the partners, which must come by another way than the folder")
	}
	return out, nil
}

func keyFault(kind entente.Kind, place, msg, hint string) error {
	return &entente.Error{Kind: kind, Op: "verify", Place: place, Msg: msg, Hint: hint}
}

// Result is the whole outcome in one word: proven, faults or unproven.
func (r *Report) Result() string {
	switch {
	case r.Faults() > 0:
		return "faults"
	case r.OK():
		return "proven"
	}
	return "unproven"
}

// WriteJSON writes the report with its result and the name of its form.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Schema string `json:"schema"`
		Result string `json:"result"`
		*Report
	}{"entente.verify/1", r.Result(), r})
}

// WriteText writes the report for people. What came out of the folder is shown
// without control characters.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	whom := ""
	if r.For != "" && r.For != "*" {
		whom = ", made for " + r.For
	}
	fmt.Fprintf(&b, "Log %s%s: %d leaves, %d of them in a tree that the log signed.\n", r.Log, whom, r.Leaves, r.Size)
	fmt.Fprintf(&b, "Opened leaves %d. Objects %d: %d proven, %d at fault. Receipts %d: %d proven, %d at fault.\n",
		r.Opened, r.Objects.Checked, r.Objects.Proven, r.Objects.Failed, r.Receipts.Checked, r.Receipts.Proven, r.Receipts.Failed)
	fmt.Fprintf(&b, "Checkpoints %d, cosignatures of partners %d, proofs in files of their own %d, files %d.\n", r.Checkpoints, r.Cosignatures, r.Proofs, r.Files)
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "- %s\n", f)
	}
	if r.More > 0 {
		fmt.Fprintf(&b, "- and %d more\n", r.More)
	}
	switch r.Result() {
	case "proven":
		b.WriteString("PROVEN: everything in the folder is what the log recorded.\n")
	case "faults":
		fmt.Fprintf(&b, "FAULTS: %d.\n", r.Faults())
	default:
		fmt.Fprintf(&b, "UNPROVEN: nothing is at fault, and evidence is lacking in %d places.\n", r.Unproven())
	}
	_, err := io.WriteString(w, strings.Map(func(c rune) rune {
		if c != '\n' && (c < ' ' || c >= 0x7f && c < 0xa0 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069) {
			return '?'
		}
		return c
	}, b.String()))
	return err
}
