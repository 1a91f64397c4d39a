# Completes mm in fish. To have it in every new shell:
#     mm completion fish > ~/.config/fish/completions/mm.fish
function __mm_offers
    set -l current (commandline -ct)
    set -l typed (commandline -opc) $current
    # of --option=FILE what stands behind the sign
    set -l option (string match -r '^--[^=]+=|' -- $current)
    set -l name (string replace -- "$option" '' $current)
    for offer in (mm __complete $typed[2..-1] 2>/dev/null)
        switch $offer
            case :files
                string replace -r '^' -- $option (__fish_complete_path $name)
            case :folders
                string replace -r '^' -- $option (__fish_complete_directories $name)
            case :recipes
                __fish_complete_suffix .yaml
            case '-*'
                # fish would match any letters of an option
                string match -- "$current*" $offer
            case '*'
                echo $offer
        end
    end
end
complete -c mm -f -a '(__mm_offers)'
