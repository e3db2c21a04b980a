internal import CGetopt
internal import Glibc
quipu_getopt_reset()
while true {
  let c = unsafe getopt_long(CommandLine.argc, CommandLine.unsafeArgv, "h", nil, nil)
  if c == -1 { break }
  unsafe print(c, quipu_optind(), quipu_optarg() as Any)
}
