// Command entente compares what states have said, signed and voted for on
// security in cyberspace. See entente --help.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"entente/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.System().Run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
