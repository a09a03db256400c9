@echo off
rem Gradus: runs one-file Java scripts, and builds what they need. The shell script `gradus` beside this
rem file does the same elsewhere, and explains it. An option or argument with an = needs quotes here.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
set "root=%root:~0,-1%"
set "work=%root%\.gradus"
set "command=%~1"
if "%command%"=="" goto usage
if "%command%"=="help" goto usage
if not "%command%"=="run" if not "%command%"=="shell" if not "%command%"=="describe" (
  echo gradus: unknown command %command%>&2
  goto usage
)

rem ---- The JDK: 25 or later
set "java_home="
if defined JAVA_HOME call :usable "%JAVA_HOME%"
if not defined java_home for /f "delims=" %%j in ('where javac 2^>nul') do call :usable "%%~dpj.."
if not defined java_home for /d %%d in (
  "%ProgramFiles%\Eclipse Adoptium\*" "%ProgramFiles%\Java\*" "%ProgramFiles%\Microsoft\*"
  "%ProgramFiles%\Zulu\*" "%ProgramFiles%\Amazon Corretto\*" "%ProgramFiles%\BellSoft\*"
  "%USERPROFILE%\.jdks\*" "%USERPROFILE%\.jbang\cache\jdks\*") do call :usable "%%~d"
if not defined java_home (
  echo gradus: needs a JDK 25 or later; there is none in JAVA_HOME, on the PATH or in the usual places.>&2
  echo   Install one ^(winget install EclipseAdoptium.Temurin.25.JDK, or https://adoptium.net^)>&2
  echo   and run this again, or set JAVA_HOME to one that is there.>&2
  exit /b 1
)

rem ---- The build
if defined GRADUS_MODULES (
  set "modules=%GRADUS_MODULES%"
  goto built
)
set "modules=%work%\modules"
powershell -NoProfile -Command "$s = Get-Item -ErrorAction Ignore '%work%\current'; if (-not $s) { exit 1 }; $n = Get-ChildItem -Recurse -Path '%root%\pom.xml', '%root%\*\pom.xml', '%root%\*\src\main' | Where-Object LastWriteTime -gt $s.LastWriteTime | Select-Object -First 1; if ($n) { exit 1 }"
if not errorlevel 1 goto built
echo gradus: building (a minute or two the first time, seconds after a change)>&2
if not exist "%work%" mkdir "%work%"
type nul >"%work%\began"
setlocal
set "JAVA_HOME=%java_home%"
pushd "%root%"
call mvnw.cmd -q -B -ntp -Plauncher -Dbuild.folder=target/launcher -Dspotless.check.skip=true -pl bundle -am package >&2
set "failed=%errorlevel%"
popd
endlocal & set "failed=%failed%"
if not "%failed%"=="0" exit /b 1
robocopy "%root%\bundle\target\launcher\modules" "%modules%" /mir >nul
if errorlevel 8 exit /b 1
move /y "%work%\began" "%work%\current" >nul

:built
if "%command%"=="shell" (
  "%java_home%\bin\jshell" --module-path "%modules%" --add-modules gradus --startup "%root%\bundle\src\launcher\shell.jsh"
  exit /b
)
if "%command%"=="describe" (
  set "script=%root%\bundle\src\launcher\describe.java"
  set "options="
  set "arguments="
  goto start
)

rem ---- run: options up to the first word that does not begin with '-', then the file, then the rest
set "options="
set "arguments="
shift
:option
set "script=%~1"
if "%script%"=="" (
  echo gradus: run: which file?   gradus run [JVM OPTION ...] FILE.java [ARGUMENT ...]>&2
  exit /b 1
)
if "%script:~0,1%"=="-" (
  set "options=%options% %1"
  shift
  goto option
)
:argument
shift
if not "%~1"=="" (
  set "arguments=%arguments% %1"
  goto argument
)
if not exist "%script%" (
  echo gradus: no such file: %script%>&2
  exit /b 1
)

:start
set "compiled=%TEMP%\gradus-%RANDOM%%RANDOM%"
for %%b in ("%modules%\bundle-*.jar") do set "bundle=%%~fb"
"%java_home%\bin\java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "%bundle%" gradus.launch.Compile "%script%" "%compiled%" --module-path "%modules%" --add-modules gradus
if errorlevel 1 exit /b 1
set /p main=<"%compiled%\main"
set "collector=-XX:+UseSerialGC -XX:InitialRAMPercentage=4 -XX:NewRatio=1 -XX:SurvivorRatio=1 -XX:TargetSurvivorRatio=90 "
if not "%options:GC=%"=="%options%" set "collector="
"%java_home%\bin\java" %collector%--module-path "%modules%" --add-modules gradus --enable-native-access=org.jline.nativ%options% -cp "%compiled%\script.jar" %main%%arguments%
set "status=%errorlevel%"
rmdir /s /q "%compiled%"
exit /b %status%

:usable
if defined java_home exit /b
if not exist "%~1\bin\javac.exe" exit /b
for /f "tokens=2 delims==" %%v in ('findstr /b "JAVA_VERSION=" "%~1\release" 2^>nul') do (
  for /f "delims=.-+" %%n in ("%%~v") do if %%n geq 25 set "java_home=%~f1"
)
exit /b

:usage
echo Usage: gradus COMMAND
echo.
echo   run [JVM OPTION ...] FILE.java [ARGUMENT ...]
echo                            compile and run a script; it may lie anywhere and needs no flags
echo   shell                    JShell with everything imported
echo   describe                 the JDK, the SIMD width, the threads and what is active
echo   help                     this text
exit /b
