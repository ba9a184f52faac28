// The same in Go, on one thread.
package main

import (
	"fmt"
	"net"
	"runtime"
)

func main() {
	runtime.GOMAXPROCS(1)
	connection, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		panic(err)
	}
	fmt.Println(connection.LocalAddr().(*net.UDPAddr).Port)
	buffer := make([]byte, 64*1024)
	for {
		length, sender, err := connection.ReadFromUDPAddrPort(buffer)
		if err != nil {
			panic(err)
		}
		connection.WriteToUDPAddrPort(buffer[:length], sender)
	}
}
