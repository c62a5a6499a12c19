// One binary with every program of a Kubernetes control plane, for tests: an argument picks the program.
//
// `held` before it ends the program when its standard input is closed. Whoever starts it holds the other end of that
// pipe, so that nothing is left running however a test ends, and `removing FOLDER` removes its folder then.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/client-go/util/keyutil"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

const usage = `usage: control-plane [held [removing FOLDER]] PROGRAM [ARGUMENT ...]
PROGRAM is etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubectl, "run COMMAND", which starts another,
or "key FILE", which writes a new key to sign the tokens of service accounts with`

func main() {
	arguments := os.Args[1:]
	held, folder := false, ""
	if len(arguments) > 0 && arguments[0] == "held" {
		held, arguments = true, arguments[1:]
		if len(arguments) > 1 && arguments[0] == "removing" {
			folder, arguments = arguments[1], arguments[2:]
		}
	}
	if len(arguments) == 0 {
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	var child *exec.Cmd
	if arguments[0] == "run" && len(arguments) > 1 {
		child = exec.Command(arguments[1], arguments[2:]...)
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if held {
		go func() {
			io.Copy(io.Discard, os.Stdin)
			end(child, folder)
		}()
	}
	if child != nil {
		err := child.Wait()
		var ended *exec.ExitError
		if errors.As(err, &ended) {
			os.Exit(max(ended.ExitCode(), 1))
		}
		return
	}
	os.Args = arguments
	run(arguments)
}

// end leaves nothing behind. What is removed may still be written to by others that end at the same moment, so it is
// removed until it is gone.
func end(child *exec.Cmd, folder string) {
	if child != nil {
		child.Process.Kill()
	}
	for range 20 {
		if folder == "" || os.RemoveAll(folder) == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	os.Exit(0)
}

func run(arguments []string) {
	var command *cobra.Command
	switch arguments[0] {
	case "etcd":
		etcdmain.Main(arguments)
		return
	case "key":
		if err := writeKey(arguments[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	case "kube-apiserver":
		command = apiserver.NewAPIServerCommand()
	case "kube-controller-manager":
		command = controllers.NewControllerManagerCommand()
	case "kube-scheduler":
		command = scheduler.NewSchedulerCommand()
	case "kubectl":
		command = kubectl.NewDefaultKubectlCommand()
	default:
		fmt.Fprintf(os.Stderr, "no program %q\n%s\n", arguments[0], usage)
		os.Exit(2)
	}
	os.Exit(cli.Run(command))
}

func writeKey(arguments []string) error {
	if len(arguments) != 1 {
		return errors.New(usage)
	}
	key, err := keyutil.MakeEllipticPrivateKeyPEM()
	if err != nil {
		return err
	}
	return os.WriteFile(arguments[0], key, 0o600)
}
