<#
.SYNOPSIS
    Put the Kizuna add-in on a Windows PC, with a Python of its own when there is none.

.DESCRIPTION
    For one person, without administrator rights. Everything goes into %LOCALAPPDATA%\Kizuna, apart from the add-in in
    Excel's start folder and its settings in %USERPROFILE%\.kizuna. Run it again to update; -Remove takes it all away,
    the sign-in of this PC too (workbooks stay as they are).

.EXAMPLE
    powershell -ExecutionPolicy Bypass -File install-kizuna.ps1 -Wheel .\kizuna-0.1.0-py3-none-any.whl -Server https://...

.EXAMPLE
    powershell -ExecutionPolicy Bypass -File install-kizuna.ps1 -Remove
#>
[CmdletBinding()]
param(
    # The wheel of Kizuna. Without it the newest in this script's folder is taken.
    [string]$Wheel,

    # A folder of wheels for a PC without internet; pip then looks nowhere else.
    [string]$Packages,

    # The address of the shop's server.
    [string]$Server,

    # A Python 3.11 or newer to build on. Without it one is looked for, and else installed with winget.
    [string]$Python,

    # Language of the messages: ja or en.
    [ValidateSet('ja', 'en')]
    [string]$Language = 'ja',

    # Take the add-in away.
    [switch]$Remove
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$Home_ = Join-Path $env:LOCALAPPDATA 'Kizuna'
$Environment = Join-Path $Home_ 'python'
$Interpreter = Join-Path $Environment 'Scripts\python.exe'

# What the add-in needs of the packages that the wheel names; the server's own stay away from shop PCs.
$Requirements = @(
    'click>=8.1', 'httpx>=0.27', 'keyring>=25', 'openpyxl>=3.1.3,<3.2', 'orjson>=3.10', 'pillow>=10',
    'platformdirs>=4.2', 'pyOpenVBA>=6.5,<7', 'pywin32', 'rich>=13.7', 'xlwings==0.37.8', 'zstandard>=0.23'
)

function Write-Step {
    param([string]$Japanese, [string]$English)
    if ($Language -eq 'en') { Write-Host "== $English" } else { Write-Host "== $Japanese" }
}

function Stop-WithCure {
    param([string]$Japanese, [string]$English)
    if ($Language -eq 'en') { throw $English } else { throw $Japanese }
}

function Invoke-Program {
    param([string]$Program, [string[]]$Arguments)
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) {
        Stop-WithCure "失敗しました: $Program $Arguments" "Failed: $Program $Arguments"
    }
}

function Test-Python {
    param([string]$Path)
    # The stub that opens the store is no Python.
    if (-not (Test-Path $Path) -or $Path -like '*\WindowsApps\*') { return $false }
    # Under 'Stop', what an old Python writes to its error stream would end the whole installation.
    $ErrorActionPreference = 'SilentlyContinue'
    # A file that cannot even be started leaves the exit code of the program before it.
    $global:LASTEXITCODE = 1
    & $Path -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>$null
    return $LASTEXITCODE -eq 0
}

function Find-Python {
    $candidates = @()
    if ($Python) { $candidates += $Python }
    $candidates += Get-ChildItem -Path (Join-Path $env:LOCALAPPDATA 'Programs\Python') -Filter 'python.exe' -Recurse -Depth 1 -ErrorAction SilentlyContinue |
        Sort-Object -Property FullName -Descending | ForEach-Object { $_.FullName }
    $onPath = Get-Command -Name 'python.exe' -All -ErrorAction SilentlyContinue
    if ($onPath) { $candidates += $onPath | ForEach-Object { $_.Source } }
    foreach ($candidate in $candidates) {
        if (Test-Python $candidate) { return $candidate }
    }
    return $null
}

function Install-Python {
    if (-not (Get-Command -Name 'winget.exe' -ErrorAction SilentlyContinue)) {
        Stop-WithCure 'Python 3.12 を入れてから、もう一度実行してください（winget がないため自動で入れられません）。' `
            'Install Python 3.12 and run this again (there is no winget to do it).'
    }
    Write-Step 'Python を入れます。' 'Installing Python.'
    Invoke-Program 'winget.exe' @('install', '--id', 'Python.Python.3.12', '--exact', '--scope', 'user', '--silent',
        '--accept-package-agreements', '--accept-source-agreements')
    $found = Find-Python
    if (-not $found) {
        Stop-WithCure 'Python が見つかりません。一度サインアウトして、もう一度実行してください。' `
            'Python was not found. Sign out of Windows once and run this again.'
    }
    return $found
}

function Find-Wheel {
    if ($Wheel) {
        if (-not (Test-Path $Wheel)) { Stop-WithCure "$Wheel がありません。" "There is no $Wheel." }
        return (Resolve-Path $Wheel).Path
    }
    $newest = Get-ChildItem -Path $PSScriptRoot -Filter 'kizuna-*.whl' | Sort-Object -Property LastWriteTime -Descending |
        Select-Object -First 1
    if (-not $newest) {
        Stop-WithCure 'kizuna-*.whl をこのスクリプトと同じフォルダーに置くか、-Wheel で指定してください。' `
            'Put kizuna-*.whl beside this script, or name it with -Wheel.'
    }
    return $newest.FullName
}

function Assert-ExcelIsClosed {
    if (Get-Process -Name 'EXCEL' -ErrorAction SilentlyContinue) {
        Stop-WithCure 'Excel をすべて閉じてから、もう一度実行してください。' 'Close Excel everywhere and run this again.'
    }
}

function Install-Kizuna {
    $wheelFile = Find-Wheel
    if (-not (Test-Path $Interpreter)) {
        $base = Find-Python
        if (-not $base) { $base = Install-Python }
        Write-Step "Kizuna 用の Python 環境を作ります（$base）。" "Making Kizuna's own environment ($base)."
        New-Item -ItemType Directory -Path $Home_ -Force | Out-Null
        Invoke-Program $base @('-m', 'venv', $Environment)
    }
    Write-Step 'アドインの部品を入れます。' 'Installing the parts of the add-in.'
    $pip = @('-m', 'pip', 'install', '--disable-pip-version-check', '--upgrade')
    if ($Packages) { $pip += @('--no-index', '--find-links', (Resolve-Path $Packages).Path) }
    Invoke-Program $Interpreter ($pip + $Requirements)
    Invoke-Program $Interpreter ($pip + @('--no-deps', '--force-reinstall', $wheelFile))

    Write-Step 'Excel にアドインを置きます。' 'Putting the add-in into Excel.'
    $arguments = @('-m', 'kizuna_addin', 'install', '--language', $Language)
    if ($Server) { $arguments += @('--server', $Server) }
    Invoke-Program $Interpreter $arguments

    Write-Step 'この PC を点検します。' 'Examining this PC.'
    $arguments = @('-m', 'kizuna_addin', 'doctor', '--language', $Language)
    if ($Server) { $arguments += @('--server', $Server) }
    # Its exit code tells of troubles whose cures it has just named; the installation itself is done.
    & $Interpreter @arguments
    $signIn = "`"$Interpreter`" -m kizuna_addin login"
    if ($Server) { $signIn += " --server $Server" }
    Write-Step "サインインは次のコマンドです: $signIn" "Sign in with: $signIn"
}

function Uninstall-Kizuna {
    if (Test-Path $Interpreter) {
        # The token first, while there is a program that can forget it; where there is none this says so.
        $arguments = @('-m', 'kizuna_addin', 'logout', '--language', $Language)
        if ($Server) { $arguments += @('--server', $Server) }
        & $Interpreter @arguments
        Invoke-Program $Interpreter @('-m', 'kizuna_addin', 'uninstall', '--language', $Language)
    }
    if (Test-Path $Home_) { Remove-Item -Path $Home_ -Recurse -Force }
    Write-Step 'アドインを消しました。' 'The add-in is gone.'
}

Assert-ExcelIsClosed
if ($Remove) { Uninstall-Kizuna } else { Install-Kizuna }
