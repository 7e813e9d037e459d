package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"entente"
)

// exitCodes is the one table from kinds of error to exit codes.
var exitCodes = []struct {
	kind entente.Kind
	code int
	what string
}{
	{entente.Internal, 1, "a fault of the program itself"},
	{entente.Invalid, 2, "wrong use, or input that breaks a rule"},
	{entente.NotFound, 3, "a named thing does not exist"},
	{entente.Conflict, 4, "something is there already"},
	{entente.Denied, 5, "not allowed"},
	{entente.Unavailable, 6, "a resource cannot be reached or used now"},
}

func exitCodesHelp() string {
	var b strings.Builder
	b.WriteString("Exit codes:\n  0  all is well\n")
	for _, e := range exitCodes {
		fmt.Fprintf(&b, "  %d  %s\n", e.code, e.what)
	}
	return strings.TrimRight(b.String(), "\n")
}

func exitCode(k entente.Kind) int {
	for _, e := range exitCodes {
		if e.kind == k {
			return e.code
		}
	}
	return 1
}

func invalid(place, msg, hint string) error {
	return &entente.Error{Kind: entente.Invalid, Place: place, Msg: msg, Hint: hint}
}

// usage turns what the flag library says into an error of ours.
func usage(cmd *cobra.Command, err error) error {
	_, one := errors.AsType[*entente.Error](err)
	_, many := errors.AsType[entente.Errors](err)
	if one || many {
		return err
	}
	msg, hint, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
	hint = strings.Join(strings.Fields(hint), " ")
	if hint == "" {
		hint = cmd.CommandPath() + " --help shows how it is used"
	}
	return invalid("", msg, hint)
}

// needs makes an argument check whose error shows how the command is used.
func needs(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return invalid("", fmt.Sprintf("%s needs %s", cmd.Name(), what), "usage: "+cmd.UseLine())
		case most >= 0 && len(args) > most:
			return invalid("", fmt.Sprintf("%s takes %s; %d given", cmd.Name(), what, len(args)), "usage: "+cmd.UseLine())
		}
		return nil
	}
}

// flatten gives the single faults of an error.
func flatten(err error) []error {
	if list, ok := errors.AsType[entente.Errors](err); ok {
		return list
	}
	return []error{err}
}

// kindOf is the kind of an error; several faults of different kinds together
// are invalid input.
func kindOf(list []error) entente.Kind {
	kind := entente.KindOf(list[0])
	for _, e := range list {
		if entente.KindOf(e) != kind {
			return entente.Invalid
		}
	}
	return kind
}

// fault is the JSON of one error.
type fault struct {
	Kind  string `json:"kind"`
	Place string `json:"place"`
	Error string `json:"error"`
	Hint  string `json:"hint"`
}

// fail prints an error and gives the exit code.
func (a *App) fail(err error, asJSON, colour bool) int {
	list := flatten(err)
	code := exitCode(kindOf(list))
	if asJSON {
		out := struct {
			Schema string  `json:"schema"`
			Exit   int     `json:"exit"`
			Errors []fault `json:"errors"`
		}{"entente.errors/1", code, nil}
		for _, e := range list {
			out.Errors = append(out.Errors, faultOf(e))
		}
		enc := json.NewEncoder(a.Stderr)
		enc.SetEscapeHTML(false)
		if enc.Encode(out) == nil {
			return code
		}
	}
	label := "error:"
	if colour {
		label = styleError.on + label + reset
	}
	for _, e := range list {
		fmt.Fprintln(a.Stderr, label, clean(e.Error()))
	}
	return code
}

func faultOf(err error) fault {
	f := fault{Kind: string(entente.KindOf(err)), Error: err.Error()}
	if own, ok := errors.AsType[*entente.Error](err); ok {
		f.Place, f.Hint, f.Error = own.Place, own.Hint, own.Msg
		if own.Err != nil {
			f.Error = strings.TrimPrefix(own.Msg+": "+own.Err.Error(), ": ")
		}
	}
	return f
}

// note tells the reader something that is no error.
func (a *App) note(format string, args ...any) {
	fmt.Fprintln(a.Stderr, "note:", clean(fmt.Sprintf(format, args...)))
}

// asksForJSON reads the arguments themselves: an error may have come before the
// flags were read.
func asksForJSON(args []string) bool {
	for i, a := range args {
		if a == "--format=json" || a == "--format" && i+1 < len(args) && args[i+1] == "json" {
			return true
		}
	}
	return false
}
