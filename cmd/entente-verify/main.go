// Command entente-verify checks a folder that a node of the exchange exported:
// whether every object in it is what the node's log recorded. It needs nothing but
// the files and the public keys of those who signed: no network, no store, no
// other part of Entente.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"entente"
	"entente/internal/ledger"
	"entente/internal/ledger/verify"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

const usage = `usage: entente-verify [flags] FOLDER

FOLDER was made by "entente node export". The keys must come by another way than
the folder: who gives you both can have made up both.

Exit codes: 0 everything is proven; 4 something was altered, removed, back-dated or
shown differently; 6 nothing is at fault, but evidence is lacking; 2 wrong use;
3 there is no such folder or file.

`

// codes maps kinds of error to exit codes, as the program entente does.
var codes = map[entente.Kind]int{entente.Invalid: 2, entente.NotFound: 3, entente.Conflict: 4, entente.Denied: 5, entente.Unavailable: 6}

type keys []string

func (k *keys) String() string     { return "" }
func (k *keys) Set(s string) error { *k = append(*k, s); return nil }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var given keys
	var asJSON, loose bool
	tolerance := ledger.DefaultTolerance
	f := flag.NewFlagSet("entente-verify", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() { _, _ = io.WriteString(stderr, usage); f.PrintDefaults() }
	f.Var(&given, "key", "public `key` to trust, or a file with one key a line (repeat)")
	f.BoolVar(&asJSON, "json", false, "write the report as JSON")
	f.BoolVar(&loose, "loose", false, "the folder was put together by hand: take it for complete without a signed list")
	f.DurationVar(&tolerance, "tolerance", tolerance, "how far the clocks of two nodes may be apart")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if f.NArg() != 1 {
		f.Usage()
		return 2
	}
	fail := func(err error) int {
		fmt.Fprintln(stderr, "error:", err)
		if code, ok := codes[entente.KindOf(err)]; ok {
			return code
		}
		return 1
	}
	report, err := check(ctx, f.Arg(0), given, tolerance, loose)
	if err != nil {
		return fail(err)
	}
	write := report.WriteText
	if asJSON {
		write = report.WriteJSON
	}
	if err := write(stdout); err != nil {
		return fail(&entente.Error{Kind: entente.Unavailable, Msg: "the report could not be written", Err: err})
	}
	if err := report.Err(); err != nil {
		return codes[entente.KindOf(err)]
	}
	return 0
}

func check(ctx context.Context, dir string, given []string, tolerance time.Duration, loose bool) (*verify.Report, error) {
	list, err := verify.ReadKeys(given)
	if err != nil {
		return nil, err
	}
	return verify.Folder(ctx, dir, verify.Options{Keys: list, Tolerance: tolerance, Loose: loose})
}
